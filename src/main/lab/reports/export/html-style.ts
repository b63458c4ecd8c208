/** The looks of an exported report: one column for reading, dark where the reader has it so, A4 in print. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1d1e22; --muted: #5b5d64; --line: #dcdad4; --sunken: #f4f3ef; --accent: #0b6e75; --alert: #a5322b; }
@media screen and (prefers-color-scheme: dark) {
  :root { --paper: #17181b; --ink: #e8e7e3; --muted: #a2a3a9; --line: #3a3b40; --sunken: #222327; --accent: #5cc4cb; --alert: #f0857c; }
  .picture { padding: 0.75rem; border-radius: 6px; background: #fff; } /* figures are in print colors */
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 'Inter', system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 3rem 1.5rem 5rem; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; letter-spacing: -0.015em; }
h2 { margin: 2.4rem 0 0.6rem; font-size: 1.35rem; line-height: 1.3; }
h3 { margin: 1.8rem 0 0.4rem; font-size: 1.1rem; }
h4 { margin: 1.4rem 0 0.3rem; font-size: 1rem; }
p { margin: 0 0 0.8rem; }
li > p { margin-bottom: 0.3rem; }
.byline, .note, figcaption, dt { color: var(--muted); }
.byline { margin: 0.4rem 0 0; }
.subheading { margin-top: 1.2rem; font-weight: 600; }
.question { margin: 1.4rem 0; }
.prompt { padding-left: 0.9rem; border-left: 3px solid var(--accent); font-weight: 500; }
.prompt > p { display: inline; }
.answer { margin-top: 0.7rem; }
.empty { color: var(--muted); font-style: italic; }
figure { margin: 1.8rem 0; }
figcaption { margin-top: 0.5rem; font-size: 0.9rem; line-height: 1.45; }
figcaption b { color: var(--ink); }
figure.table figcaption { margin: 0 0 0.5rem; }
.picture svg { display: block; max-width: 100%; height: auto; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; border-top: 1.5px solid; border-bottom: 1.5px solid; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th { border-bottom: 1px solid; font-weight: 600; vertical-align: bottom; }
th, td { padding: 0.35rem 0.8rem 0.35rem 0; text-align: left; }
.right { padding-right: 0; padding-left: 0.8rem; text-align: right; }
.center { text-align: center; }
.short { white-space: nowrap; }
.note { margin: 0.4rem 0 0; font-size: 0.85rem; }
.card { margin: 1rem 0; padding: 0.8rem 1rem; border: 1px solid var(--line); border-radius: 6px; break-inside: avoid; }
.card-title { margin: 0 0 0.5rem; font-weight: 600; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 0.15rem 1.5rem; margin: 0; font-size: 0.9rem; }
dl.long { grid-template-columns: 1fr; }
dl div { display: flex; gap: 0.75rem; }
dl:not(.long) div { justify-content: space-between; }
dl.long dt { flex: 0 0 8.5rem; }
dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
code, pre { font-family: ui-monospace, 'JetBrains Mono', monospace; font-size: 0.86em; }
pre { overflow-x: auto; padding: 0.8rem 1rem; border-radius: 6px; background: var(--sunken); line-height: 1.45; }
.hashes { padding-left: 1.2rem; font-size: 0.85rem; overflow-wrap: anywhere; }
.display { margin: 1rem 0; text-align: center; }
blockquote { margin: 1rem 0; padding-left: 1rem; border-left: 3px solid var(--line); }
a { color: var(--accent); }
.field { font-variant-numeric: tabular-nums; }
.problem, .stale { color: var(--alert); }
.math-bold { font-weight: 650; }
.math-cases mtd { padding: 2px 6px; text-align: left; }
.appendix { margin-top: 3.5rem; border-top: 1px solid var(--line); }
summary { margin: 0.6rem 0; cursor: pointer; font-weight: 500; }
@page { size: A4; margin: 22mm 20mm; }
@media print {
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  h2, h3, h4 { break-after: avoid; }
  figure, .question .prompt { break-inside: avoid; }
  a { color: inherit; }
  pre { overflow-x: visible; white-space: pre-wrap; overflow-wrap: anywhere; }
  details::details-content { content-visibility: visible; block-size: auto; } /* paper cannot be opened */
  tr { break-inside: avoid; }
}
`
