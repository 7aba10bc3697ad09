/** What vitest calls before and after a run. */
import ownTemporary from "./temporary.ts";

export default (): (() => void) => ownTemporary();
