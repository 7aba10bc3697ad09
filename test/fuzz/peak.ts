/** Envelopes at the limit of their size, each as costly as one kind of content can make it. */
import { soapLimits } from "../../src/soap/limits.ts";
import { bytes, envelope } from "../soap/envelopes.ts";

const room = soapLimits.envelopeBytesMax - 1024;
const fill = (piece: string) => piece.repeat(Math.floor(room / bytes(piece).length));
const names = (piece: string) =>
  envelope(`<cwmp:GetParameterValues><ParameterNames>${piece}</ParameterNames></cwmp:GetParameterValues>`);
const values = (piece: string) =>
  envelope(
    `<cwmp:SetParameterValues><ParameterList>${piece}</ParameterList><ParameterKey/></cwmp:SetParameterValues>`,
  );
const value = (name: string, text: string) =>
  `<ParameterValueStruct><Name>${name}</Name><Value xsi:type="xsd:string">${text}</Value></ParameterValueStruct>`;

export const hostile: Readonly<Record<string, () => Uint8Array>> = {
  ampersands: () => bytes(names(`<string>${fill("&")}</string>`)),
  "ampersands and letters": () => bytes(names(`<string>${fill("&a ")}</string>`)),
  "ampersands, one an element": () => bytes(names(fill("<a>&</a>"))),
  "one ampersand behind all": () => bytes(values(`${fill(value("A.b", "1"))}<a>&</a>`)),
  "empty elements": () => bytes(names(fill("<a/>"))),
  strings: () => bytes(names(fill("<string>A.b</string>"))),
  values: () => bytes(values(fill(value("A.b", "1")))),
  attributes: () => bytes(names(fill(`<a ${Array.from({ length: 60 }, (_, i) => `b${i}=""`).join(" ")}/>`))),
  declarations: () =>
    bytes(names(fill(`<a ${Array.from({ length: 60 }, (_, i) => `xmlns:b${i}="u"`).join(" ")}/>`))),
  entities: () => bytes(names(`<string>${fill("&lt;")}</string>`)),
  "character references": () => bytes(names(`<string>${fill("&#65;")}</string>`)),
  CDATA: () => bytes(names(`<string>${fill("<![CDATA[x]]>")}</string>`)),
  comments: () => bytes(names(fill("<!---->"))),
  instructions: () => bytes(names(fill("<?a?>"))),
  "carriage returns": () => bytes(names(fill("\r"))),
  "long text": () => bytes(names(`<string>${fill("ä")}</string>`)),
  "wide text": () => bytes(names(`<string>${fill("😀")}</string>`)),
  "a long name": () => bytes(names(`<${fill("a")}/>`)),
  "open comments": () => bytes(names(fill("<!-- "))),
  "open CDATA": () => bytes(names(fill("<![CDATA["))),
  depth: () => bytes(names(fill("<a>"))),
};
