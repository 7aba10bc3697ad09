/** Port: memory that is not needed for a while. */

export interface Memory {
  /** Nothing is to be done for a while: gives back what comes by itself when it is touched again. Costs next to
   * nothing. */
  rest(): void;
}
