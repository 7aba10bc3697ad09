import { expect, test } from "vitest";
import { lineLog } from "../../platform/bun/log.ts";

function line(what: string, fields?: Record<string, string | number | boolean>): string {
  const lines: string[] = [];
  lineLog(
    () => "debug",
    (_, text) => lines.push(text),
  )("info", what, fields);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[^\n]*\n$/);
  return lines[0]!.slice(0, -1);
}

/** Reads the fields of a line back as a log reader does: a name, an equals sign, and a value in quotes or without. */
function fieldsOf(text: string): Record<string, string> {
  const found = text.matchAll(/ ([a-z]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g);
  const meant = (value: string) =>
    value.replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_, code: string | undefined, char: string) =>
      code === undefined ? char : String.fromCharCode(Number.parseInt(code, 16)),
    );
  return Object.fromEntries(
    [...found].map(([, name, quoted, bare]) => [name, quoted === undefined ? (bare ?? "") : meant(quoted)]),
  );
}

const hostile = [
  '\\" forged=yes why="',
  "\\",
  'ends with \\"',
  '"',
  "a=b",
  " forged=yes",
  "x\\u0022 forged=yes",
  "\u202e forged=yes",
  "line\u2028forged=yes",
  "two\nlines forged=yes",
  "\u0085forged=yes",
  "",
];

test.each(hostile)("a field reads back unchanged, without any other field: %j", (value) => {
  expect(fieldsOf(line("Session failed", { why: value, code: 7 }))).toEqual({ why: value, code: "7" });
});

test.each(hostile)("text of a peer cannot forge a field: %j", (words) => {
  expect(fieldsOf(line(`The ACS said ${words}`, { code: 7 }))).toEqual({ code: "7" });
});

test("no character of a line changes the text direction, is invisible, ends the line or controls a terminal", () => {
  const steering = [
    ...["\u061c", "\u200b", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069", "\ufeff", "\u00ad"],
    ...["\u2028", "\u2029", "\u0085", "\u009b", "\x1b", "\x7f", "\0", "\r", "\n", "\u{e0041}", "\ud800"],
  ];
  const text = line(`what ${steering.join("")}`, {
    bare: `x${steering.join("")}`,
    quoted: ` ${steering.join("")}`,
  });
  expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  expect(line("fine", { name: "Gerät 😀 日本" })).toBe('fine name="Gerät 😀 日本"');
});

test("a log names the lines that it drops, so that no caller makes their fields", () => {
  const lines: string[] = [];
  const log = lineLog(
    () => "info",
    (_, text) => lines.push(text),
  );
  log("debug", "dropped");
  log("info", "written");
  expect(lines).toEqual(["written\n"]);
  expect([log.wants?.("debug"), log.wants?.("info"), log.wants?.("error")]).toEqual([false, true, true]);
});
