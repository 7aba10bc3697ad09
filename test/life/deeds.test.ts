/** The table of deeds, as it is meant to be: a deed that is added or changed is added or changed here by hand. */
import { expect, test } from "vitest";
import { deedTables } from "../../src/life.ts";

const named = (want: (row: (typeof deedTables)["agent"][string]) => boolean) =>
  Object.entries(deedTables).flatMap(([machine, table]) =>
    Object.entries(table).flatMap(([name, row]) => (want(row) ? [`${machine}: ${name}`] : [])),
  );

test("only these deeds are performed while the state cannot be saved: they promise nothing", () => {
  expect(named((row) => row.mute)).toEqual([
    "agent: look",
    "agent: close",
    "agent: tell",
    "agent: rest",
    "transfer: tidy",
    "discovery: send",
    "discovery: hangUp",
    "discovery: tell",
    "association: look",
    "association: tell",
    "options: tell",
    // A binding goes on being kept: its requests promise nothing.
    "nat: resolve",
    "nat: draw",
    "nat: send",
    "nat: release",
    "nat: log",
    "nat: told",
    "diagnostics: cancel",
    "diagnostics: echo",
    "kick: tell",
    "trial: tell",
  ]);
});

test("events of these deeds are discarded once their session is over", () => {
  expect(named((row) => row.late === "dropped")).toEqual(["agent: prepare", "agent: post", "agent: handle"]);
});

test("a failure of these deeds has no event: no machine waits for them", () => {
  expect(named((row) => row.onFailure === undefined)).toEqual([
    "agent: tell",
    "agent: rest",
    "transfer: tidy",
    "discovery: hangUp",
    "discovery: adopt",
    "discovery: tell",
    "association: changed",
    "association: tell",
    "options: tell",
    "nat: draw",
    "nat: send",
    "nat: release",
    "nat: log",
    "nat: told",
    "diagnostics: cancel",
    "diagnostics: echo",
    "kick: tell",
    // The page that waits asks for the outcome again.
    "kick: settle",
    "trial: tell",
  ]);
});
