import { createHash } from 'node:crypto'
import type { Html } from './html.ts'

/** How the pages of the authorization servers look. */
const pageStyle = `
:root { color-scheme: light dark; --ink: #1a1d21; --soft: #565d66; --paper: #f3f5f8; --card: #fff; --edge: #c9ced6; --row: #f3f5f8; --go: #0b5cad; --go-dark: #084a8c; --on-go: #fff; --bad: #b3261e; --bad-paper: #fdeceb; --note: #eef4fb }
@media (prefers-color-scheme: dark) { :root { --ink: #eceff3; --soft: #a9b1bb; --paper: #0f1215; --card: #181c21; --edge: #454c55; --row: #21262d; --go: #8cc4ff; --go-dark: #b3d8ff; --on-go: #0d1b2a; --bad: #ffb4ab; --bad-paper: #3a1815; --note: #16232f } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; grid-template-rows: 1fr auto; justify-items: center; align-items: center; padding: 1.5rem 1rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { width: min(29rem, 100%); border: 1px solid var(--edge); border-radius: .9rem; padding: 1.75rem 2rem; background: var(--card) }
@media (max-width: 30rem) { body { padding: .75rem } main { padding: 1.25rem } }
footer { color: var(--soft); font-size: .875rem; text-align: center; padding-top: 1rem }
h1 { font-size: 1.4rem; line-height: 1.3; margin: .35rem 0 .75rem; text-wrap: balance }
h2 { font-size: 1rem; margin: 1.5rem 0 .5rem }
p { margin: .6rem 0 }
.vendor { margin: 0; color: var(--soft); font-size: .875rem; font-weight: 600 }
.soft { color: var(--soft); font-size: .9rem }
code { overflow-wrap: anywhere; font-size: .9em }
ul { list-style: none; margin: 0; padding: 0 }
.scopes li { border-top: 1px solid var(--edge); padding: .6rem 0 }
.scopes li:last-child { border-bottom: 1px solid var(--edge) }
.scopes label { display: flex; gap: .75rem; align-items: baseline; cursor: pointer }
.scopes input { flex: none; width: 1.1rem; height: 1.1rem; accent-color: var(--go); translate: 0 .15rem }
.scopes code { display: block; color: var(--soft) }
.people li + li { margin-top: .5rem }
.person { display: flex; align-items: center; gap: .75rem; width: 100%; min-width: 0; text-align: left }
.person > span:last-child { min-width: 0; overflow-wrap: anywhere }
.person small { display: block; color: var(--soft); font-size: .875rem; font-weight: 400 }
.letter { flex: none; display: grid; place-items: center; width: 2.25rem; height: 2.25rem; border-radius: 50%; background: var(--go); color: var(--on-go); font-weight: 600 }
.who { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between; border: 1px solid var(--edge); border-radius: .6rem; padding: .6rem .75rem; margin-top: 1rem }
.who .person { width: auto; flex: 1 1 12rem }
.field { margin-top: 1rem }
.field label { display: block; font-weight: 600; margin-bottom: .25rem }
.field input { width: 100%; font: inherit; padding: .6rem .75rem; border: 1px solid var(--edge); border-radius: .5rem; background: var(--card); color: inherit }
.field input[aria-invalid] { border-color: var(--bad) }
.problem { border-left: 4px solid var(--bad); background: var(--bad-paper); color: var(--bad); border-radius: .25rem; padding: .6rem .75rem; font-weight: 600 }
.note { background: var(--note); border-radius: .5rem; padding: .75rem 1rem; margin-top: 1.25rem; font-size: .9rem }
.note dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: .5rem 0 0 }
.note dt { color: var(--soft) }
.note dd { margin: 0; font-family: ui-monospace, monospace; overflow-wrap: anywhere }
.choice { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.5rem }
.choice button { flex: 1 1 auto; min-width: min(8rem, 100%); white-space: nowrap }
button { font: inherit; font-weight: 600; padding: .65rem 1rem; border-radius: .5rem; border: 1px solid var(--edge); background: var(--card); color: inherit; cursor: pointer }
button:hover { background: var(--row) }
button.go { background: var(--go); color: var(--on-go); border-color: var(--go) }
button.go:hover { background: var(--go-dark) }
main > form + form, .note + form { margin-top: .75rem }
button.link { border: 0; padding: .25rem 0; background: none; color: var(--go); text-decoration: underline; text-underline-offset: .2em }
:focus-visible { outline: 3px solid var(--go); outline-offset: 2px }
`

/** The style as an element; whoever formats it would change its hash. */
export const styleElement: Html = { markup: `<style>${pageStyle}</style>` }

/** Lets a content security policy allow exactly this style. */
export const styleHash: string = `'sha256-${createHash('sha256').update(pageStyle).digest('base64')}'`
