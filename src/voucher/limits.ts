/** Table: every number that bounds a voucher, with its unit, its reason and its section. TR-069 Annex C. */

export const voucherLimits = {
  /** Bytes of one voucher. Two Options with their certificates have some 8,000. Configurable:
   * cwmp.voucher.bytes_max. */
  bytesMax: 65_536,
  /** Bytes that no setting exceeds. */
  bytesCeiling: 1_048_576,
  /** Elements within elements. Figure 6 has 6; an Option may hold elements of its own. */
  depthMax: 32,
  /** Elements of one voucher: 100 Options of Figure 6 have some 1,900. */
  elementsMax: 5000,
  /** Attributes of one element, declarations included. */
  attributesMax: 32,
  /** Namespaces that are declared at any place. Their number adds to the cost of canonical forms. */
  namespacesMax: 16,
  /** Characters of VSerialNum and OptionIdent, and of the names in DeviceId. Tables 67 and 68. */
  nameCharsMax: 64,
  /** Characters of OptionDesc. Table 67. */
  descriptionCharsMax: 256,
  /** The largest unsignedInt: of Duration, and of the VSerialNum that GetOptions can report. Tables 52 and 67. */
  unsignedIntMax: 4_294_967_295,
  /** Vouchers that have been applied and are remembered, so that none is applied twice: more than one a day for ten
   * years. One more is refused. */
  rememberedMax: 4096,
} as const;
