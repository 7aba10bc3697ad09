/** `make fuzz`: hostile bytes into every parser of the network, as many as wanted. Each ends in a value or a known
 * error, or this ends with the seed. */
import { fuzzConnectionRequests } from "./connreq.ts";
import { fuzzDhcp } from "./dhcp.ts";
import { fuzzEnvelopes } from "./envelope.ts";
import { fuzzNat } from "./nat.ts";
import { fuzzPackages } from "./package.ts";
import { fuzzPage } from "./page.ts";
import { fuzzResponses } from "./response.ts";
import { fuzzVouchers } from "./voucher.ts";
import { fuzzResponseBytes } from "./wire.ts";

const [first = 1, total = 200_000] = process.argv.slice(2).map(Number);
const perSeed = 1000;
const fuzzers = {
  envelopes: fuzzEnvelopes,
  "HTTP responses": fuzzResponseBytes,
  "answers of an ACS": fuzzResponses,
  "Connection Requests": fuzzConnectionRequests,
  vouchers: fuzzVouchers,
  "DHCP messages": fuzzDhcp,
  "STUN messages and UDP requests": fuzzNat,
  packages: fuzzPackages,
  "requests to the LAN page": fuzzPage,
};
const share = Math.ceil(total / Object.keys(fuzzers).length / perSeed);

for (const [what, fuzz] of Object.entries(fuzzers)) {
  const began = performance.now();
  for (let i = 0; i < share; i++) {
    try {
      await fuzz(first + i, perSeed);
    } catch (error) {
      console.error(`${what}, seed ${first + i}:`, error);
      process.exit(1);
    }
    if ((i + 1) % 50 === 0) console.log(`${(i + 1) * perSeed} ${what}`);
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const mib = Math.round(process.memoryUsage().rss / 1_048_576);
  console.log(
    `${share * perSeed} ${what} in ${seconds} s, ${mib} MiB resident: none came out as anything else`,
  );
}
