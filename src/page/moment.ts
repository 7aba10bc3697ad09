/** Rule: a moment as people write it, in the gateway's own time. */

const months: Readonly<Record<string, readonly string[]>> = {
  en: "January February March April May June July August September October November December".split(" "),
  de: "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(" "),
};

/** @param wall UTC milliseconds
 * @param zone offset of local time, minutes east
 * @returns "24 November 2026, 14:03"; in a language without names of months "2026-11-24 14:03" */
export function momentText(wall: number, zone: number, language: string): string {
  const at = new Date(wall + zone * 60_000);
  const iso = at.toISOString();
  const time = iso.slice(11, 16);
  const month = months[language]?.[at.getUTCMonth()];
  if (month === undefined) return `${iso.slice(0, 10)} ${time}`;
  const dot = language === "de" ? "." : "";
  return `${at.getUTCDate()}${dot} ${month} ${at.getUTCFullYear()}, ${time}`;
}
