/** Port: changes of the device as a whole: services reload, the device reboots or resets. */

export interface Services {
  /** Makes written packages take effect, once for all of them (reload_config). */
  apply(packages: readonly string[]): Promise<void>;
  /** Tears the connection of a logical interface down and sets it up again. */
  reset(name: string): Promise<void>;
  /** Has the DHCP client of a logical interface renew its lease. */
  renew(name: string): Promise<void>;
  /** @throws Refused it stays as it was */
  setPassword(user: string, password: string): Promise<void>;
  /** Locks an account, so that no password lets its user in, or unlocks it.
   * @throws Refused it stays as it was */
  setEnabled(user: string, enabled: boolean): Promise<void>;
  reboot(): Promise<void>;
  factoryReset(): Promise<void>;
  /** Why a factory reset is known to be impossible on this device; undefined: nothing speaks against it. */
  resetObstacle(): string | undefined;
}
