/** Rule: the wording of complaints of the command line. */

/** @param name of the command; undefined: of none of them */
export function complaint(name: string | undefined, text: string): string {
  return `cwmpd${name === undefined ? "" : ` ${name}`}: ${text}\n`;
}
