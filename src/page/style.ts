/** Table: the style of the LAN page. Contrasts keep WCAG 2.1 AA in light and in dark; no file is loaded
 * from elsewhere. */

export const style = `:root{color-scheme:light dark;--ink:#1c2733;--soft:#4d5b6a;--ground:#eef2f6;--card:#fff;--line:#d5dde5;--mark:#0b5cad;--onmark:#fff;--good:#17693a;--bad:#a3231b}
@media(prefers-color-scheme:dark){:root{--ink:#e8eef4;--soft:#a9b7c6;--ground:#11171e;--card:#1b242e;--line:#34414f;--mark:#7db8f5;--onmark:#0c1a29;--good:#74d69b;--bad:#ff9d94}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;-webkit-text-size-adjust:100%}
header,main,footer{max-width:42rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.75rem;padding-bottom:1rem;color:var(--soft);font-weight:600}
header a{color:inherit;text-decoration:none}
header a:hover{text-decoration:underline}
section{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.25rem 1.5rem;margin:0 0 1rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem;text-wrap:balance}
h2{font-size:1.0625rem;margin:0 0 .5rem}
p{margin:0 0 .75rem}
section>:last-child{margin-bottom:0}
.lead{border-left:.375rem solid var(--mark)}
.good{border-left-color:var(--good)}
.bad{border-left-color:var(--bad)}
dl{margin:0;display:grid;grid-template-columns:minmax(9rem,auto) 1fr;gap:0}
dt,dd{padding:.5rem 0;border-top:1px solid var(--line)}
dt:first-of-type,dt:first-of-type+dd{border-top:0}
dt{color:var(--soft);padding-right:1.5rem}
dd{margin:0;overflow-wrap:anywhere}
ul{margin:0;padding-left:1.25rem}
progress{width:100%;height:.75rem;accent-color:var(--mark)}
form{display:flex;flex-wrap:wrap;gap:.75rem}
button,.button{font:inherit;font-weight:600;display:inline-block;min-height:2.75rem;padding:.5rem 1.125rem;border:1px solid var(--mark);border-radius:.5rem;background:var(--mark);color:var(--onmark);text-decoration:none;cursor:pointer}
button.second{background:transparent;color:var(--mark)}
button:hover,.button:hover{filter:brightness(1.08)}
a{color:var(--mark)}
:focus-visible{outline:3px solid var(--mark);outline-offset:3px;border-radius:.25rem}
.dots{display:inline-flex;gap:.375rem}
.dots i{width:.625rem;height:.625rem;border-radius:50%;background:var(--mark);animation:dot 1.2s infinite ease-in-out}
.dots i:nth-child(2){animation-delay:.2s}
.dots i:nth-child(3){animation-delay:.4s}
@keyframes dot{0%,60%,100%{opacity:.25}30%{opacity:1}}
@media(prefers-reduced-motion:reduce){.dots i{animation:none}}
@media(max-width:30rem){header{padding-top:1.25rem}section{padding:1rem}dl{grid-template-columns:1fr}dt{padding-bottom:0}dd{border-top:0;padding-top:0}dt:first-of-type+dd{padding-top:0}button,.button{width:100%;text-align:center}}
`;
