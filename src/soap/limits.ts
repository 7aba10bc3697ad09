/** Table: the bounds of envelopes, each number with its unit, its reason and its section. */

/** SOAP envelopes from the peer. TR-069 3.5 asks for at least 32 KiB; the rest is our own caution. */
export const soapLimits = {
  /** Bytes of an envelope from the ACS that are read; past it the answer is 9004. Configurable:
   * cwmp.cpe.envelope_bytes_max. */
  envelopeBytesMax: 1_048_576,
  /** Elements within elements. The deepest message of Annex A has 7; extensions are passed over. */
  depthMax: 32,
  /** Attributes of one element, declarations included. An Envelope has 5 to 10. */
  attributesMax: 64,
  /** Elements of an envelope, each some 200 bytes of memory: 20,000 parameters in one call. Past it 9004 (A.2.1). */
  elementsMax: 65_536,
  /** Ampersands that begin no reference and are read as themselves: an URL with a query has a few, an envelope of URLs
   * some hundred. */
  rawAmpersandsMax: 4096,
  /** Characters of one element's text: the largest voucher (A.4.1.3) many times over. Past it 9004. */
  textCharsMax: 262_144,
  /** Characters given to the parser at once; its memory for unfinished markup is looked at in between. */
  chunkChars: 4096,
  /** Characters of a piece of a message that is joined with others before it is encoded; larger ones cost less by
   * themselves. The parameters of an object are one piece, of some 200 characters each. */
  joinedPieceChars: 512,
  /** Pieces that are joined at once. */
  joinedPieces: 512,
  /** Characters of the peer's own words in an error text. */
  quotedCharsMax: 64,
} as const;
