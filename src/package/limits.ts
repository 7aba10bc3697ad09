/** Table: every number that bounds a signed package, with its unit, its reason and its section. TR-069 Annex E. */
export const packageLimits = {
  /** Octets of the command list: fewer than 2 to the power 16 (E.3 Table 71). */
  listBytesMax: 65_535,
  /** Octets of header, command list and signature block together. E.5 lets a recipient count on 150 kilobytes; more is
   * taken up to this, which is all that is held in memory. */
  headBytesMax: 1_048_576,
  /** Octets of the payload: the largest flash of a gateway, twice. The field in the header could say
   * four times that. */
  payloadBytesMax: 1_073_741_824,
  /** Octets of a path with its root: PATH_MAX of Linux without the closing zero. */
  pathBytesMax: 4095,
  /** Octets of one name in a path: NAME_MAX of Linux's file systems. */
  nameBytesMax: 255,
  /** Names in one path. The deepest tree of a firmware has some 12. */
  depthMax: 64,
  /** Characters of a versioned file's base name (E.4.1). */
  versionedBaseMax: 8,
  /** Characters of a versioned file's extension (E.4.1). */
  versionedExtension: 3,
  /** Elements of a version that is compared; a version of E.4.10 has 3 or 4. */
  versionElementsMax: 64,
  /** Signatures of one package that are judged; a package has 1 or 2. */
  signersMax: 16,
  /** Certificates in one signature block. */
  certificatesMax: 64,
  /** Certificates from a signer to its anchor, both counted. */
  chainMax: 8,
  /** Public key operations for one signature: certificates of one name could lead through very many chains. */
  checksMax: 64,
  /** Bits of an RSA key: the usual length when the format was made; shorter ones have been broken. */
  rsaBitsMin: 1024,
  /** Values of ASN.1 in a signature block: some 100 a certificate. */
  asn1ValuesMax: 20_000,
  /** Files and directories that one removal may hold: more are not looked through. */
  removedEntriesMax: 100_000,
  /** Octets of a manifest from which a package is built. */
  manifestBytesMax: 1_048_576,
  /** Octets that are read, hashed and written at once. */
  chunkBytes: 262_144,
  /** Octets of a file that is held whole while it is hashed. */
  wholeBytesMax: 1_048_576,
  /** Files that are hashed beside each other: as many as a gateway has cores, and each costs its octets. */
  lanes: 3,
  /** Octets of the journal: a step takes some 200, and a command list has at most 1,300 files. */
  journalBytesMax: 67_108_864,
} as const;
