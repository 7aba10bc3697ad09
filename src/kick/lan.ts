/** Handler: the LAN page as a whole: the desk, the facts that pages show, and the paths. TR-069 Annex D. */
import type { Chance } from "../ports/chance.ts";
import type { Clock } from "../ports/clock.ts";
import type { Content } from "../ports/content.ts";
import type { Log } from "../ports/log.ts";
import { type KickDesk, type KickDeskParts, kickDesk } from "./desk.ts";
import { openShown, type ShownParts } from "./shown.ts";
import type { Site } from "./site.ts";

export interface LanPorts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly content: Content;
}

export interface LanPage {
  readonly performers: KickDesk["performers"];
  /** Loaded with the first request: most gateways serve no page. */
  readonly site: () => Promise<Site>;
}

export function lanPage(ports: LanPorts, parts: ShownParts & Pick<KickDeskParts, "state" | "feed">): LanPage {
  const settings = () => parts.settings().lan;
  const desk = kickDesk(ports, { ...parts, settings });
  const { status, downloads } = openShown(ports, parts);
  const site = async () => {
    const [{ kickSite }, { webContent }] = await Promise.all([
      import("./site.ts"),
      import("./webcontent.ts"),
    ]);
    const content = webContent(ports.content, ports.clock);
    return kickSite({ desk, settings, status, downloads, content });
  };
  return { performers: desk.performers, site };
}
