/** Port: what changes the state of the device as a whole. */

export interface Services {
  /** Makes written packages take effect, once for all of them (reload_config). */
  apply(packages: readonly string[]): Promise<void>;
  reboot(): Promise<void>;
  factoryReset(): Promise<void>;
  /** Why a factory reset is known to be impossible on this device; undefined: nothing speaks against it. */
  resetObstacle(): string | undefined;
}
