/** Port: optical modules: their driver shows the light sent and received as power of hwmon, each with a label. Linux
 * drivers/net/phy/sfp.c. */
import type { Optics } from "../../src/ports/facts.ts";
import { factsLimits } from "./limits.ts";
import type { Files } from "./read.ts";

export function opticsIn(files: Files): readonly Optics[] {
  return files
    .names("sys/class/hwmon")
    .slice(0, factsLimits.sensorsMax)
    .flatMap((chip) => {
      const directory = `sys/class/hwmon/${chip}`;
      const labelled = (label: string): string | undefined =>
        files
          .names(directory)
          .filter((name) => /^power\d+_label$/.test(name))
          .find((name) => files.line(`${directory}/${name}`) === label);
      const [sent, heard] = [labelled("TX_power"), labelled("RX_power")];
      if (sent === undefined || heard === undefined) return [];
      const microwatts = (label: string) => files.number(`${directory}/${label.replace("_label", "_input")}`);
      return [
        {
          id: chip,
          name: files.line(`${directory}/name`) || chip,
          transmitted: () => microwatts(sent),
          received: () => microwatts(heard),
        },
      ];
    });
}
