/** Codec: the Signature element round the Options of a voucher. XML-Signature 4, TR-069 C.3 Figure 6.
 *
 * The form is narrow on purpose: one Signature as the root; in it SignedInfo, SignatureValue, KeyInfo and Objects, and
 * nothing else; every Object has an Id of its own and is named by exactly one Reference. So there is no place into
 * which a signed Object could be moved, and none for an Option that is not signed. */
import { fromBase64 } from "../trust/key.ts";
import {
  type AlgorithmName,
  algorithmNames,
  algorithms,
  canonicalXml,
  digestUris,
  dsigNamespace,
} from "./algorithms.ts";
import { VoucherRefused } from "./verdict.ts";
import { attributeOf, isBlank, type XmlElement } from "./xml.ts";

export interface Envelope {
  /** Ids of the Objects, in their order. */
  readonly ids: readonly string[];
  readonly value: Uint8Array;
  /** Certificates of KeyInfo, in their order. All else in it proves nothing and is not read. */
  readonly certificates: readonly Uint8Array[];
}

export interface Reference {
  readonly id: string;
  readonly digest: keyof typeof digestUris;
  readonly value: Uint8Array;
}

export interface SignedInfo {
  readonly algorithm: AlgorithmName;
  readonly references: readonly Reference[];
}

const structure = (what: string) => new VoucherRefused("structure", `The voucher is refused: ${what}`);
const algorithm = (what: string) => new VoucherRefused("algorithm", `The voucher is refused: ${what}`);

const isDsig = (element: XmlElement | undefined, local: string): boolean =>
  element?.uri === dsigNamespace && element.local === local;

function base64(element: XmlElement): Uint8Array {
  try {
    return fromBase64(element.text);
  } catch {
    throw new VoucherRefused("malformed", `Cannot parse voucher: ${element.local} is not base64`);
  }
}

/** Children of which there is nothing else and no text between. */
function childrenOf(element: XmlElement): readonly XmlElement[] {
  if (!isBlank(element.text)) throw structure(`there is text in ${element.local}`);
  return element.children;
}

/** @throws VoucherRefused */
export function readEnvelope(root: XmlElement): Envelope {
  if (!isDsig(root, "Signature"))
    throw new VoucherRefused(
      "unsigned",
      `The voucher is not signed: its root is ${root.local}, not an XML-Signature`,
    );
  uniqueIds(root);
  const [signedInfo, value, ...rest] = childrenOf(root);
  if (value === undefined || !isDsig(signedInfo, "SignedInfo") || !isDsig(value, "SignatureValue"))
    throw structure("SignedInfo and SignatureValue do not come first");
  const keyInfo = isDsig(rest[0], "KeyInfo") ? rest.shift() : undefined;
  if (keyInfo === undefined)
    throw new VoucherRefused("untrusted", "The voucher shows no certificate of its signer");
  const ids = rest.map((object) => {
    if (!isDsig(object, "Object")) throw structure(`a ${object.local} stands where only Objects may`);
    const id = attributeOf(object, "Id");
    if (id === undefined || object.attributes.length !== 1)
      throw structure("an Object has no Id, or more than that");
    return id;
  });
  if (ids.length === 0) throw new VoucherRefused("unsigned", "The voucher has no Option");
  return { ids, value: base64(value), certificates: certificates(keyInfo) };
}

/** An Id that occurs twice lets two readers find two elements. All spellings are taken for an Id. */
function uniqueIds(root: XmlElement): void {
  const seen = new Set<string>();
  const walk = (element: XmlElement, inside: boolean): void => {
    if (inside && isDsig(element, "Signature")) throw structure("there is a Signature within the Signature");
    for (const { local, value } of element.attributes) {
      if (local.toLowerCase() !== "id") continue;
      if (seen.has(value)) throw structure(`two elements have the Id ${JSON.stringify(value.slice(0, 64))}`);
      seen.add(value);
    }
    for (const child of element.children) walk(child, true);
  };
  walk(root, false);
}

function certificates(keyInfo: XmlElement): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const item of childrenOf(keyInfo)) {
    if (isDsig(item, "RetrievalMethod")) throw structure("its key is to be fetched from elsewhere");
    if (!isDsig(item, "X509Data")) continue;
    found.push(...item.children.filter((one) => isDsig(one, "X509Certificate")).map(base64));
  }
  if (found.length === 0)
    throw new VoucherRefused(
      "untrusted",
      "The voucher shows no certificate of its signer; a key alone proves nothing",
    );
  return found;
}

const methodOf = (element: XmlElement | undefined, local: string): string => {
  if (element === undefined || !isDsig(element, local))
    throw structure(`${local} is missing or out of place`);
  const uri = attributeOf(element, "Algorithm");
  if (uri === undefined) throw structure(`${local} names no algorithm`);
  if (element.children.length > 0 || !isBlank(element.text)) throw algorithm(`${local} has parameters`);
  return uri;
};

/** @param root of the canonical form of SignedInfo: the value read from it is the value that was signed
 * @throws VoucherRefused */
export function readSignedInfo(root: XmlElement): SignedInfo {
  if (!isDsig(root, "SignedInfo")) throw structure("the signed part is no SignedInfo");
  const [canonicalization, method, ...references] = childrenOf(root);
  const form = methodOf(canonicalization, "CanonicalizationMethod");
  if (form !== canonicalXml) throw algorithm(`its canonicalization is ${shown(form)}`);
  const uri = methodOf(method, "SignatureMethod");
  const name = algorithmNames.find((one) => algorithms[one].uri === uri);
  if (name === undefined) throw algorithm(`its signature is made with ${shown(uri)}`);
  return { algorithm: name, references: references.map(readReference) };
}

const shown = (uri: string): string => JSON.stringify(uri.slice(0, 100));

function readReference(element: XmlElement): Reference {
  if (!isDsig(element, "Reference")) throw structure(`a ${element.local} stands where only References may`);
  const uri = attributeOf(element, "URI");
  if (uri === undefined || !uri.startsWith("#") || uri.length < 2 || uri.includes("("))
    throw structure(`a Reference names ${uri === undefined ? "nothing" : shown(uri)}, not an Option object`);
  const parts = [...childrenOf(element)];
  if (isDsig(parts[0], "Transforms")) transforms(parts.shift()!);
  const [method, value, extra] = parts;
  const digest = methodOf(method, "DigestMethod");
  const name = (Object.keys(digestUris) as (keyof typeof digestUris)[]).find(
    (one) => digestUris[one] === digest,
  );
  if (name === undefined) throw algorithm(`a digest is made with ${shown(digest)}`);
  if (value === undefined || !isDsig(value, "DigestValue") || extra !== undefined)
    throw structure("a Reference has no single DigestValue");
  return { id: uri.slice(1), digest: name, value: base64(value) };
}

function transforms(element: XmlElement): void {
  for (const transform of childrenOf(element)) {
    const uri = methodOf(transform, "Transform");
    if (uri !== canonicalXml) throw algorithm(`the transform ${shown(uri)} is not accepted`);
  }
  if (element.children.length > 1) throw algorithm("a Reference has more than one transform");
}
