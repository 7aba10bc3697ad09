import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pemCertificates } from "../../src/trust/key.ts";
import { algorithmNames } from "../../src/voucher/algorithms.ts";
import { writeVoucher } from "../../src/voucher/write.ts";
import { checks, hasTools, objectXml, signers, Workshop } from "./workshop.ts";

describe.skipIf(!hasTools)("Annex C against xmlsec1", () => {
  let shop: Workshop;
  beforeAll(() => {
    shop = new Workshop();
  }, 120_000);
  afterAll(() => shop.remove());

  test.each(algorithmNames)(
    "C.3 a signature of xmlsec1 with %s is accepted [R-C.3-23, R-C.3-24]",
    (algorithm) => {
      const voucher = shop.sign({ algorithm });
      const verified = shop.verify(voucher);
      expect(verified.signer).toBe(`CN=${signers[algorithm]} signer`);
      expect(verified.options.map(({ name }) => name)).toEqual(["Guest"]);
      // One character of an Option differs.
      expect(shop.verdict(voucher.replace("<OptionIdent>Guest", "<OptionIdent>Gues1"))).toBe("digest");
      // One character of SignedInfo differs.
      expect(shop.verdict(voucher.replace(/<DigestValue>./, "<DigestValue>/"))).toBe("signature");
    },
  );

  test.each(algorithmNames)("C.3 xmlsec1 accepts our signature with %s", (algorithm) => {
    const name = signers[algorithm];
    const options = [
      { VSerialNum: "1", OptionIdent: 'A & B <c> "d" é€', Mode: "Disable", Extra: { Deep: "x\ty" } },
      {
        VSerialNum: "2",
        OptionIdent: "Second",
        Mode: "EnableWithExpiration",
        Duration: 3,
        DurationUnits: "Days",
      },
    ].map((fields) => ({
      DeviceId: { Manufacturer: "E", OUI: "012345", ProductClass: "G", SerialNumber: "1" },
      ...fields,
    }));
    const signing = {
      algorithm,
      key: readFileSync(shop.pki.file(`${name}.key`), "utf8"),
      certificates: pemCertificates(shop.pki.read(`${name}.pem`)),
    };
    const voucher = writeVoucher(options, signing, checks.dsig);
    expect(shop.xmlsecTakes(voucher)).toBe(true);
    expect(shop.xmlsecTakes(voucher.replace("Second", "Secund"))).toBe(false);
    expect(shop.verify(voucher).options.map((one) => one.name)).toEqual(['A & B <c> "d" é€', "Second"]);
  });

  /** Forms of the same that a canonical form must level, or must not. */
  const odd: readonly [what: string, object: string, root?: string][] = [
    [
      "comments, CDATA and references",
      objectXml(
        "<VSerialNum>1<!-- 2 --></VSerialNum><![CDATA[ \n]]>&#x20;<a b='&#xA;&lt;\"&#9;'>&#xD;&gt;</a>",
      ),
    ],
    ["line ends of DOS", objectXml("<a>x</a>\r\n<b>\r</b>").replaceAll("\n", "\r\n")],
    [
      "prefixes in upper and lower case",
      objectXml(
        '<a xmlns:b="u:b" xmlns:B="u:B" xmlns:a="u:a" xmlns:C="u:c"><B:x b:z="1" a:z="2" B:z="3" z="4"/></a>',
      ),
    ],
    ["namespaces round the Objects", objectXml("<p:a><q:b/></p:a>"), ' xmlns:p="u:p" xmlns:q="u:q"'],
    [
      "a namespace that is declared again",
      objectXml('<a xmlns:p="u:1"><p:b xmlns:p="u:1"/><p:c xmlns:p="u:2"><p:d xmlns:p="u:1"/></p:c></a>'),
    ],
    [
      "default namespaces that come and go",
      objectXml('<a xmlns="u:1"><b xmlns=""><c xmlns="u:1"/></b><d xmlns="u:1"/></a>'),
    ],
    [
      "attributes in any order, white space in tags",
      objectXml("<a  z='1'\n\ty = '2'   b='3'  ></a   ><e   />"),
    ],
    ["line breaks and tabs in attributes", objectXml("<a b='1\n2\t3  4'/>")],
    ["characters beyond 16 bits", objectXml("<a b='\u{1F600}'>\u{1F600}\u2028\u0085é</a>")],
    [
      "an Object in the namespace of the Signature",
      objectXml("")
        .replace("<dsig:Object", "<Object")
        .replace("</dsig:Object", "</Object")
        .replace(' xmlns=""', "")
        .replace("<Option>", '<Option xmlns="">'),
    ],
    ["xml:space in an Option", objectXml('<a xml:space="preserve" xml:lang="en">  </a>')],
  ];

  test.each(odd)("canonical forms are those of libxml2: %s", (_what, object, root = "") => {
    const inner = object.replace("<Option>", "<Option>\n<x/>");
    const signed = shop.sign({ objects: [inner], root });
    // The Option itself is none: the digest and the signature have been found good when that is noticed.
    expect(() => shop.verify(signed)).toThrow(/Cannot read Option: OptionIdent is missing/);
  });
});
