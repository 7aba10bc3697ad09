/** Port: programs of the device that turn an Option on or off. TR-069 C.2. */

export interface Programs {
  /** Runs a program of the directory for them, with `name` and `on` or `off` as its arguments.
   * @throws Refused it is not there, did not end in time or ended with an error */
  turn(program: string, name: string, on: boolean): Promise<void>;
}
