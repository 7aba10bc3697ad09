/** Every way that is known to make an XML signature say what nobody has signed, each by its name. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canonicalXml, dsigNamespace } from "../../src/voucher/algorithms.ts";
import { hasTools, objectXml, Workshop } from "./workshop.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe.skipIf(!hasTools)("attacks on signed vouchers", () => {
  let shop: Workshop;
  /** A good voucher for the Option Guest, and another object that its attacker would like to have taken. */
  let good: string;
  const evil = objectXml({ OptionIdent: "Evil", Mode: "EnableWithoutExpiration" }, "evil");

  beforeAll(() => {
    shop = new Workshop();
    good = shop.sign({});
    expect(shop.verdict(good)).toBe("valid");
  }, 120_000);
  afterAll(() => shop.remove());

  const object = () => /<dsig:Object[\s\S]*<\/dsig:Object>/.exec(good)![0];
  const signature = () => good.slice(good.indexOf("<Signature"));

  test("[R-C.2-05] an Option without a signature is refused", () => {
    expect(shop.verdict(objectXml({ Mode: "Disable" }))).toBe("unsigned");
    expect(
      shop.verdict(`<Signature xmlns="${dsigNamespace}">${objectXml({ Mode: "Disable" })}</Signature>`),
    ).toBe("structure");
  });

  test("[R-C.2-06] an altered Option, DigestValue, SignatureValue or algorithm is refused", () => {
    expect(shop.verdict(good.replace("Guest", "Evil"))).toBe("digest");
    expect(shop.verdict(good.replace(/(<DigestValue>)[^<]*/, "$1AAAA"))).toBe("signature");
    expect(shop.verdict(good.replace(/(<SignatureValue>)[^<]{8}/, "$1AAAAAAAA"))).toBe("signature");
    expect(shop.verdict(good.replace("rsa-sha256", "ecdsa-sha256"))).toBe("signature");
  });

  test("[R-C.3-25] an added Object that no Reference covers is refused", () => {
    expect(shop.verdict(good.replace("</Signature>", `${evil}</Signature>`))).toBe("structure");
    expect(shop.verdict(good.replace(object(), evil + object()))).toBe("structure");
  });

  test("wrapping: the signed Object is moved, another takes its place under the same Id", () => {
    const twin = evil.replace('Id="evil"', 'Id="option0"');
    // Beside it, before it, within it, round it, in KeyInfo, in SignedInfo.
    for (const moved of [
      good.replace(object(), twin + object()),
      good.replace(object(), object() + twin),
      good.replace(object(), twin.replace("<Option>", `${object()}<Option>`)),
      good.replace(object(), twin.replace("</dsig:Object>", `${object()}</dsig:Object>`)),
      good.replace(object(), twin).replace("<KeyInfo>", `<KeyInfo>${object()}`),
      good.replace(object(), twin).replace("<SignedInfo>", `<SignedInfo>${object()}`),
    ])
      expect(["structure", "signature"]).toContain(shop.verdict(moved));
  });

  test("wrapping: the whole Signature is moved into another document or another Signature", () => {
    expect(shop.verdict(`<x>${signature()}${evil}</x>`)).toBe("unsigned");
    const outer = good.replace(object(), evil.replace("<Option>", `${signature()}<Option>`));
    expect(shop.verdict(outer)).toBe("structure");
    const around = `<Signature xmlns="${dsigNamespace}">${signature()}${evil}</Signature>`;
    expect(shop.verdict(around)).toBe("structure");
  });

  test("a duplicate Id, in any spelling, is refused", () => {
    for (const name of ["Id", "ID", "id", "xml:id"]) {
      const twin = good.replace("<OptionIdent>", `<OptionIdent ${name}="option0">`);
      expect(shop.verdict(twin), name).toBe("structure");
    }
    expect(shop.verdict(good.replace("<SignedInfo>", '<SignedInfo Id="option0">'))).toBe("structure");
    expect(shop.verdict(good.replace('Id="option0"', 'Id="option0" Id="option0"'))).toBe("malformed");
    expect(shop.verdict(good.replace('Id="option0"', 'Id="option0" ID="other"'))).toBe("structure");
  });

  test("a Reference to anything but a whole Option object is refused", () => {
    const reference = (uri: string) =>
      `<Reference${uri}><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue/></Reference>`;
    const object0 = reference(' URI="#option0"');
    const inner = objectXml({ Mode: "Disable", OptionDesc: '</OptionDesc><x Id="inner"/><OptionDesc>' });
    const none = good.replace(/<Reference [\s\S]*<\/Reference>/, "");
    expect(shop.verdict(none)).toBe("signature");
    // xmlsec1 signs these; their value is good.
    const many = [objectXml({ Mode: "Disable" }), evil];
    const partial = shop.sign({ objects: many, references: object0 });
    expect(shop.verdict(partial)).toBe("structure");
    const twice = shop.sign({ references: object0 + object0 });
    expect(shop.verdict(twice)).toBe("structure");
    for (const uri of [
      ' URI=""',
      "",
      ' URI="http://127.0.0.1:9/x"',
      ' URI="file:///etc/passwd"',
      ` URI="#xpointer(/)"`,
    ]) {
      const forged = good.replace(/<Reference URI="#option0">/, `<Reference${uri}>`);
      expect(["structure", "signature"], uri).toContain(shop.verdict(forged));
    }
    expect(shop.verdict(shop.sign({ objects: [inner] }).replace("#option0", "#inner"))).toMatch(
      /structure|signature/,
    );
  });

  test("transforms that choose, change or fetch are refused: XPath, XSLT, base64, enveloped, exclusive, comments", () => {
    for (const uri of [
      "http://www.w3.org/TR/1999/REC-xpath-19991116",
      "http://www.w3.org/TR/1999/REC-xslt-19991116",
      "http://www.w3.org/2000/09/xmldsig#base64",
      "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
      "http://www.w3.org/2001/10/xml-exc-c14n#",
      `${canonicalXml}#WithComments`,
    ]) {
      const forged = good.replace(`<Transform Algorithm="${canonicalXml}"`, `<Transform Algorithm="${uri}"`);
      expect(forged).not.toBe(good);
      expect(shop.verdict(forged), uri).toBe("algorithm");
    }
    const exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    const signed = shop.sign({
      transforms: `<Transforms><Transform Algorithm="${exclusive}"/></Transforms>`,
    });
    expect(shop.verdict(signed)).toBe("algorithm");
    const xpath = `<Transforms><Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><XPath>not(self::Mode)</XPath></Transform></Transforms>`;
    expect(shop.verdict(shop.sign({ transforms: xpath }))).toBe("algorithm");
  });

  test("a value split by a comment is read whole", () => {
    const cut = objectXml({ OptionIdent: "Gu<!-- x -->est", Mode: "Dis<![CDATA[able]]>" });
    expect(shop.verify(shop.sign({ objects: [cut] })).options).toMatchObject([
      { name: "Guest", mode: "Disable" },
    ]);
  });

  test("[R-C.2-07] an untrusted signer, and a chain that does not lead to the trusted root, are refused", () => {
    expect(shop.verdict(shop.sign({}, "stranger"))).toBe("untrusted");
    expect(shop.verdict(good, { anchors: [] })).toBe("untrusted");
    // The trusted signer's certificate beside the stranger's key: the value is not by it.
    const stolen = shop.sign({}, "stranger");
    const certificate = shop.pki.read("rsa.pem").replace(/-----[^-]+-----|\n/g, "");
    const swapped = stolen.replace(/<X509Certificate>[^<]*/, `<X509Certificate>${certificate}`);
    expect(shop.verdict(swapped)).toBe("signature");
    const root = shop.pki.read("root.pem").replace(/-----[^-]+-----|\n/g, "");
    const besides = stolen.replace(
      "</X509Certificate>",
      `</X509Certificate><X509Certificate>${root}</X509Certificate>`,
    );
    expect(["signature", "untrusted"]).toContain(shop.verdict(besides));
  });

  test("[R-C.3-24] a bare key in KeyInfo, or a key to be fetched, proves nothing", () => {
    const bare = shop.sign({ keyInfo: "<KeyInfo><KeyValue/></KeyInfo>" });
    expect(bare).toContain("<Modulus>");
    expect(shop.verdict(bare)).toBe("untrusted");
    expect(shop.verdict(good.replace(/<KeyInfo>[\s\S]*<\/KeyInfo>/, ""))).toBe("untrusted");
    const fetched = '<KeyInfo><RetrievalMethod URI="http://127.0.0.1:9/key"/>';
    expect(shop.verdict(good.replace("<KeyInfo>", fetched))).toBe("structure");
    // The signed key beside the stranger's certificate changes nothing: KeyValue is not read.
    expect(shop.verdict(good.replace(/<Modulus>[^<]*/, "<Modulus>AQAB"))).toBe("valid");
  });

  test("algorithms outside of the policy are refused in signature, digest and certificate; HMAC always", () => {
    const modern = { algorithms: new Set(["rsa-sha256", "ecdsa-sha256"] as const) };
    expect(shop.verdict(good, modern)).toBe("valid");
    expect(shop.verdict(shop.sign({ algorithm: "rsa-sha1" }), modern)).toBe("algorithm");
    expect(shop.verdict(shop.sign({ algorithm: "dsa-sha1" }), modern)).toBe("algorithm");
    expect(shop.verdict(shop.sign({ digest: "sha1" }), modern)).toBe("algorithm");
    expect(shop.verdict(shop.sign({ digest: "sha1" }))).toBe("valid");
    const hmac = good.replace(
      "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
      `${dsigNamespace}hmac-sha1`,
    );
    expect(shop.verdict(hmac)).toBe("algorithm");
    shop.pki.make("oldSigner", { by: "root", key: "rsa", digest: "sha1" });
    const old = shop.sign({}, "oldSigner");
    expect([shop.verdict(old), shop.verdict(old, modern)]).toEqual(["valid", "untrusted"]);
  });

  test("DOCTYPE, entities, external references and processing instructions are refused", () => {
    const head = (text: string) => shop.verdict(text + signature());
    expect(head('<!DOCTYPE Signature [<!ENTITY x "y">]>')).toBe("malformed");
    expect(head('<!DOCTYPE Signature SYSTEM "http://127.0.0.1:9/dtd">')).toBe("malformed");
    expect(head('<?xml-stylesheet href="http://127.0.0.1:9/"?>')).toBe("malformed");
    expect(shop.verdict(good.replace("Guest", "&x;"))).toBe("malformed");
    expect(shop.verdict(good.replace("Guest", "Guest<?x y?>"))).toBe("malformed");
    const billion = `<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>`;
    expect(head(billion)).toBe("malformed");
  });

  test("too many bytes, levels, elements, attributes, namespaces or certificates are refused before a digest is computed", () => {
    const within = (inner: string) => shop.verdict(good.replace("<Option>", `<Option>${inner}`));
    expect(shop.verdict(`${good}${" ".repeat(65_536)}`)).toBe("oversize");
    expect(shop.verdict(`${good}${" ".repeat(65_536)}`, { bytesMax: 1_048_576 })).toBe("valid");
    expect(within("<a>".repeat(40) + "</a>".repeat(40))).toBe("oversize");
    expect(within("<a/>".repeat(5001))).toBe("oversize");
    expect(within(`<a${Array.from({ length: 40 }, (_, i) => ` b${i}=""`).join("")}/>`)).toBe("oversize");
    expect(within(`<a${Array.from({ length: 20 }, (_, i) => ` xmlns:b${i}="u"`).join("")}/>`)).toBe(
      "oversize",
    );
    const certificate = /<X509Certificate>[^<]*<\/X509Certificate>/.exec(good)![0];
    expect(shop.verdict(good.replace(certificate, certificate.repeat(9)))).toBe("oversize");
  });

  test("text that is not well-formed XML in UTF-8 is refused", () => {
    for (const broken of [
      good.replace("</Signature>", ""),
      `${good}<x/>`,
      `${good}x`,
      good.replace("<OptionIdent>", "<OptionIdent a=1>"),
      good.replace("<OptionIdent>", "<OptionIdent a='<'>"),
      good.replace("<OptionIdent>", "<p:OptionIdent>").replace("</OptionIdent>", "</p:OptionIdent>"),
      good.replace("Guest", "&#0;"),
      good.replace("Guest", "]]>"),
      good.replace("Guest", "<!-- -- -->"),
      good.replace("?>", ' encoding="ISO-8859-1"?>'),
      good.replace('version="1.0"', 'version="1.1"'),
      "",
      "x",
    ])
      expect(shop.verdict(broken), broken.slice(0, 80)).toBe("malformed");
    expect(shop.verdict(Uint8Array.of(...bytes("<a>"), 0xff))).toBe("malformed");
    expect(shop.verdict(Buffer.from(`\ufeff${good}`, "utf16le"))).toBe("malformed");
    expect(shop.verdict(`\ufeff${good}`)).toBe("valid");
  });

  test("any 64 KiB are judged in bounded work: costly documents are refused early", () => {
    const many = (count: number, piece: (i: number) => string) =>
      Array.from({ length: count }, (_, i) => piece(i)).join("");
    const shapes = [
      `<Signature xmlns="${dsigNamespace}"${many(2000, (i) => ` xmlns:a${i}="u"`)}/>`,
      many(60_000, () => "<"),
      `<a ${" ".repeat(60_000)}`,
      `<a${many(6000, () => " b='1'")}`,
      many(20_000, () => "<a>"),
      many(12_000, () => "<!---->"),
      many(7000, () => "<![CDATA["),
      `<a>${many(9000, () => "&#x41;")}`,
      good.replace("<SignatureValue>", `<SignatureValue>${"A".repeat(50_000)}`),
      good.replace(
        "<SignedInfo>",
        `<SignedInfo>${many(250, (i) => `<Reference URI="#a${i}"><DigestMethod/><DigestValue/></Reference>`)}`,
      ),
    ];
    for (const shape of shapes) expect(shop.verdict(shape), shape.slice(0, 40)).not.toBe("valid");
  });
});
