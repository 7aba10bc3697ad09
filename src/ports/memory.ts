/** Port: memory that is not needed for a while. */

export interface Memory {
  /** Gives back memory that returns by itself when it is touched again. Called when the agent is idle for a while.
   * Costs next to nothing. */
  rest(): void;
}
