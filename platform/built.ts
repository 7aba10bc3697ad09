/** Adapter: when this program was built. TR-069 3.3, A.2.1. */

declare const BUILD_TIME_MS: number | undefined;

/** Milliseconds of UTC. A clock that shows an earlier time is wrong, even while the time is unknown. */
export const builtMs = typeof BUILD_TIME_MS === "number" ? BUILD_TIME_MS : Date.UTC(2026, 0, 1);
