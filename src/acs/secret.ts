/** Rule: secret parameters and arguments, which are never shown, by their names: Password, PreSharedKey, KeyPassphrase,
 * WEPKey, Secret, PIN. ParameterKey and CommandKey are no keys. */
const secret = /(Password|Passphrase|PreSharedKey|WEPKey|Secret|PIN|PrivateKey)$/i;

/** @param name a parameter's path or an argument's name */
export function isSecret(name: string): boolean {
  // The last part that is no instance number: PreSharedKey.1.PreSharedKey, WEPKey.1.WEPKey.
  return secret.test(name.replace(/(\.\d+)+$/, ""));
}

/** A URL with the password in it taken out. */
export function withoutPassword(url: string): string {
  return url.replace(/^([a-z]+:\/\/[^/@:]*):[^/@]*@/i, "$1:(hidden)@");
}
