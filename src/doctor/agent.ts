/** Rule: the checks of configuration, identity and clock. TR-069 3.3, A.3.3.1 Table 36. */
import type { Finding, Observed } from "./observed.ts";

export function configChecks({ config }: Observed): readonly Finding[] {
  const check = "configuration";
  if (config.damaged === undefined)
    return [
      {
        check,
        verdict: "fail",
        what: "there is no /etc/config/cwmp that can be read",
        fix: "cp /rom/etc/config/cwmp /etc/config/cwmp; where that is not there install the package again",
      },
    ];
  if (config.damaged !== null)
    return [
      {
        check,
        verdict: "fail",
        what: `/etc/config/cwmp does not parse: ${config.damaged}`,
        fix: "mend that line, then: uci show cwmp",
      },
    ];
  const found: Finding[] = config.problems.map((what) => ({
    check,
    verdict: "warn",
    what,
    fix: "see docs/configuration.md, then: uci set and uci commit cwmp",
  }));
  for (const what of config.exposed)
    found.push({
      check,
      verdict: "warn",
      what: what.split(": chmod")[0]!,
      fix: what.slice(what.indexOf("chmod")),
    });
  if (!config.enabled)
    found.push({
      check,
      verdict: "fail",
      what: "the agent is switched off",
      fix: "uci set cwmp.cpe.enabled=1; uci commit cwmp; /etc/init.d/cwmpd start",
    });
  return found.length > 0
    ? found
    : [{ check, verdict: "ok", what: "/etc/config/cwmp is in order", fix: null }];
}

/** The ACS knows the device by OUI, product class and serial number: without the first and the last it has no name. */
export function identityCheck({ identity }: Observed): Finding {
  const check = "identity";
  const needed = ["OUI", "SerialNumber", "Manufacturer"];
  const missing = identity.filter(({ name, value }) => value === "" && needed.includes(name));
  const told = identity
    .filter(({ value }) => value !== "")
    .map(({ name, value, from }) => `${name} ${value} (${source[from]})`)
    .join(", ");
  if (missing.length === 0) return { check, verdict: "ok", what: told, fix: null };
  return {
    check,
    verdict: "fail",
    what: `${missing.map(({ name }) => name).join(" and ")} not known${told === "" ? "" : `; ${told}`}`,
    fix: `${missing.map(({ option }) => `uci set cwmp.cpe.${option}=…; `).join("")}uci commit cwmp`,
  };
}

const source = {
  configuration: "from /etc/config/cwmp",
  board: "from the board",
  agent: "kept by the agent",
} as const;

export function clockCheck({ clockKnown, now }: Observed): Finding {
  const check = "clock";
  const shown = new Date(now).toISOString().slice(0, 16).replace("T", " ");
  if (clockKnown) return { check, verdict: "ok", what: `${shown} UTC, set`, fix: null };
  return {
    check,
    verdict: "warn",
    what: `${shown} UTC, not set by NTP yet: dates of certificates are not judged`,
    fix: "enable sysntpd with servers that can be reached: /etc/init.d/sysntpd enable; /etc/init.d/sysntpd restart",
  };
}

/** The running agent's report of itself. */
export function agentCheck({ agent }: Observed): Finding {
  const check = "agent";
  if (agent === undefined)
    return {
      check,
      verdict: "warn",
      what: "it does not run",
      fix: "/etc/init.d/cwmpd start; then: logread -e cwmpd",
    };
  if (agent.lastFailure !== null)
    return {
      check,
      verdict: "fail",
      what: `the last session failed: ${agent.lastFailure}`,
      fix: "cwmpd status; logread -e cwmpd",
    };
  if (agent.warnings.length > 0)
    return { check, verdict: "warn", what: agent.warnings.join("; "), fix: "cwmpd status" };
  const what = agent.sessions
    ? "it runs, and its last session ended well"
    : "it runs, and has had no session yet";
  return { check, verdict: "ok", what, fix: null };
}
