/** Table: paths of the pages. A kick requests the path that D.4 names. TR-069 Annex D. */

export const paths = {
  status: "/",
  kick: "/kick.html",
  wait: "/wait.html",
  progress: "/progress.html",
  ask: "/ask.html",
  error: "/error.html",
  style: "/style.css",
} as const;
