/** Rule: the blanks round a text, those of XML or of HTTP. XML 1.0 2.3, XML Schema 4.3.6; RFC 9110 5.6.3. */

/** Not String.trim, which takes away characters of XML: no-break space, byte order mark, U+2028. Not an
 * expression either: one that looks for the end begins anew at every blank.
 * @param blanks the characters that are taken away; by default XML's */
export function trimmed(text: string, blanks = " \t\n\r"): string {
  let start = 0;
  let end = text.length;
  while (start < end && blanks.includes(text.charAt(start))) start++;
  while (end > start && blanks.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}
