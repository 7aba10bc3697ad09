/** Table: violations of the specification by real servers that the agent accepts.
 * Each has a test by its name and is reported with the message that it was needed for, so that it can be logged. */
export const leniences = {
  noDeclaration: "no XML declaration",
  spaceBeforeDeclaration: "white space before the first tag",
  indentation: "white space between elements",
  rawAmpersand: "& not written as &amp;",
  undeclaredPrefix: "a namespace prefix that is not declared",
  doubleColon: "an element name with two colons",
  unprefixedMethod: "a method in no namespace",
  colonNamespace: "the CWMP namespace written with a colon, cwmp:1-0",
  headerValue: "HoldRequests that is no boolean",
  oldHeader: "the NoMoreRequests header of CWMP before Amendment 2",
  laterHeader: "a header of a CWMP version later than ours",
  emptyBody: "an envelope with an empty Body where an empty answer was due",
  unknownElement: "an unknown element outside the method's arguments",
  argumentOrder: "arguments in another order",
  missingArgument: "an argument left out that has an obvious value",
  emptyNotification: "an empty Notification where NotificationChange is false",
  arrayCount: "an arrayType that counts other than the array holds",
  memberName: "members of an array that are not called after their type",
  untypedValue: "a Value without xsi:type",
  paddedName: "white space round a parameter name",
  faultString: "a faultstring in other letters than CWMP fault",
} as const;

export type Lenience = keyof typeof leniences;
