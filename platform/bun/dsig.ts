/** Adapter: XML-Signature by xml-crypto, and the two algorithms that it lacks.
 *
 * Of the library only its parts are used. Its own check of a whole document is quadratic in the References and lets a
 * signed element be moved to where it is read as another; which elements must be signed is decided in src/voucher. */
import {
  type BinaryLike,
  createHash,
  createPrivateKey,
  createPublicKey,
  createSign,
  createVerify,
  type KeyLike,
  type KeyObject,
} from "node:crypto";
import { DOMParser } from "@xmldom/xmldom";
import {
  C14nCanonicalization,
  type SignatureAlgorithm,
  type SignatureAlgorithmType,
  SignedXml,
} from "xml-crypto";
import { Malformed } from "../../src/errors.ts";
import type { CanonicalForms, Dsig } from "../../src/ports/dsig.ts";
import type { SignatureScheme } from "../../src/ports/signatures.ts";
import { dsaSign, dsaVerifies } from "../../src/trust/dsa.ts";
import { fromBase64, readDsaPrivateKey, readPublicKey } from "../../src/trust/key.ts";
import { algorithms, digestUris, dsigNamespace } from "../../src/voucher/algorithms.ts";

/** Canonical XML 1.0 sorts by code points, where the library asks the language of the place; and only names that are
 * `xmlns` or begin with `xmlns:` are declarations, where the library leaves out all that begin so. */
class Canonical extends C14nCanonicalization {
  override nsCompare(a: { prefix: string }, b: { prefix: string }): number {
    return a.prefix < b.prefix ? -1 : Number(a.prefix > b.prefix);
  }

  override renderAttrs(node: Element): string {
    const odd = Array.from(node.attributes ?? []).find(({ name }) => /^xmlns[^:]/.test(name));
    if (odd !== undefined) throw new Malformed(`an attribute is called ${odd.name}`);
    return super.renderAttrs(node);
  }
}

const canonicalization = new Canonical();

/** The library's parser continues after errors and prints them; here each of them ends the parse. */
const parser = new DOMParser({
  errorHandler: (_level: string, message: unknown) => {
    throw new Malformed(String(message).split("\n", 1)[0]!.slice(0, 200));
  },
  // XML 1.0 2.11; the library's own takes other characters for line ends, too.
  normalizeLineEndings: (text: string) => text.replace(/\r\n?/g, "\n"),
} as ConstructorParameters<typeof DOMParser>[0]);

const isDsig = (node: Node, local: string): boolean =>
  (node as Element).namespaceURI === dsigNamespace && (node as Element).localName === local;

/** Canonical XML 1.0 2.3: the namespaces round the element belong to it where it declares no other. */
function canonicalOf(element: Element, root: Element): string {
  const own = new Set([
    ...Array.from(element.attributes, ({ name }) => prefixOf(name)),
    element.prefix ?? "",
  ]);
  const ancestorNamespaces = Array.from(root.attributes)
    .map(({ name, value }) => ({
      prefix: prefixOf(name) ?? "",
      namespaceURI: value,
      declares: prefixOf(name),
    }))
    .filter(
      ({ declares, namespaceURI }) => declares !== undefined && namespaceURI !== "" && !own.has(declares),
    )
    .map(({ prefix, namespaceURI }) => ({ prefix, namespaceURI }));
  return canonicalization.process(element, { ancestorNamespaces });
}

/** @returns undefined: the attribute declares no namespace */
const prefixOf = (name: string): string | undefined =>
  /^xmlns(?::(.*))?$/s.exec(name)?.slice(1).join("") ?? undefined;

function canonical(text: string): CanonicalForms {
  try {
    const root = parser.parseFromString(text, "text/xml").documentElement;
    if (!root) throw new Malformed("there is no element in it");
    const children = Array.from(root.childNodes);
    const signedInfo = children.find((node) => isDsig(node, "SignedInfo"));
    if (signedInfo === undefined) throw new Malformed("there is no SignedInfo in it");
    return {
      signedInfo: canonicalOf(signedInfo as Element, root),
      objects: children
        .filter((node) => isDsig(node, "Object"))
        .map((node) => canonicalOf(node as Element, root)),
    };
  } catch (error) {
    if (error instanceof Malformed) throw error;
    throw new Malformed("the parser gave up");
  }
}

/** ECDSA as XML-Signature has it: r and s one after the other. RFC 4051 2.3.6. */
class EcdsaSha256 implements SignatureAlgorithm {
  getAlgorithmName = () => algorithms["ecdsa-sha256"].uri;

  getSignature(signed: BinaryLike, key: KeyLike): string {
    return createSign("sha256")
      .update(signed)
      .sign({ key: key as KeyObject, dsaEncoding: "ieee-p1363" }, "base64");
  }

  verifySignature(signed: string, key: KeyLike, value: string): boolean {
    return createVerify("sha256")
      .update(signed)
      .verify({ key: key as KeyObject, dsaEncoding: "ieee-p1363" }, value, "base64");
  }
}

/** DSA, which the crypto library of the runtime has not: its keys are DER. */
class DsaSha1 implements SignatureAlgorithm {
  getAlgorithmName = () => algorithms["dsa-sha1"].uri;

  getSignature(signed: BinaryLike, key: KeyLike): string {
    const found = readDsaPrivateKey(key as Buffer);
    if (found === undefined) throw new Malformed("it is no key of DSA");
    return Buffer.from(dsaSign(found, createHash("sha1").update(signed).digest())).toString("base64");
  }

  verifySignature(signed: string, key: KeyLike, value: string): boolean {
    const found = readPublicKey(key as Buffer);
    const digest = createHash("sha1").update(signed).digest();
    return found.is === "dsa" && dsaVerifies(found, digest, Buffer.from(value, "base64"));
  }
}

const library = new SignedXml();
Object.assign(library.SignatureAlgorithms, {
  [algorithms["ecdsa-sha256"].uri]: EcdsaSha256,
  [algorithms["dsa-sha1"].uri]: DsaSha1,
});

function algorithmOf(scheme: SignatureScheme): SignatureAlgorithm {
  const known = Object.values(algorithms).find(
    ({ key, digest }) => key === scheme.key && digest === scheme.digest,
  );
  const Found = known && library.SignatureAlgorithms[known.uri as SignatureAlgorithmType];
  if (Found === undefined) throw new Malformed("an algorithm that no voucher has");
  return new Found();
}

function verifies(spki: Uint8Array, scheme: SignatureScheme, canonical: string, value: Uint8Array): boolean {
  const base64 = Buffer.from(value).toString("base64");
  const der = Buffer.from(spki);
  if (scheme.key === "dsa") return algorithmOf(scheme).verifySignature(canonical, der, base64);
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  return key.asymmetricKeyType === scheme.key && algorithmOf(scheme).verifySignature(canonical, key, base64);
}

const pemKey = /-----BEGIN ([A-Z ]*)PRIVATE KEY-----([A-Za-z0-9+/=\s]*)-----END/;

function sign(pem: string, scheme: SignatureScheme, canonical: string): Uint8Array {
  const [, kind, body] = pemKey.exec(pem) ?? [];
  if (body === undefined || kind === "ENCRYPTED ")
    throw new Malformed("it holds no private key without a passphrase");
  // Never the library's own words about a key.
  try {
    let key: KeyObject | Buffer;
    if (scheme.key === "dsa") key = Buffer.from(fromBase64(body));
    else {
      key = createPrivateKey(pem);
      if (key.asymmetricKeyType !== scheme.key) throw new Malformed("of another kind");
    }
    return Buffer.from(algorithmOf(scheme).getSignature(canonical, key), "base64");
  } catch {
    throw new Malformed(`its private key is not one of ${scheme.key.toUpperCase()}`);
  }
}

export const systemDsig: Dsig = {
  canonical,
  digest(name, text) {
    const Hash = library.HashAlgorithms[digestUris[name]]!;
    return Buffer.from(new Hash().getHash(text), "base64");
  },
  sign,
  verifies(...call) {
    try {
      return verifies(...call);
    } catch {
      // A key or a value that the library cannot read proves nothing.
      return false;
    }
  },
};
