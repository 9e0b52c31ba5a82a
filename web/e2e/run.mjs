import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { stage } from './court.mjs'

const flags = [
  '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--no-first-run', '--disable-quic', '--hide-scrollbars', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
]
const launching = { executablePath: stage.chromium, headless: false, args: flags }

/** How long anything may take before the test fails; machines are slow and shared. */
export const PATIENCE_MS = 20_000

export const launch = (...more) => chromium.launch({ ...launching, args: [...flags, ...more] })

/** A browser whose made-up cameras give few pictures in a second, so that several fit on one machine. */
export const launchHearing = () => chromium.launch({ ...launching, args: [...flags.filter((f) => !f.includes('fake-device')), '--use-fake-device-for-media-stream=fps=6', '--autoplay-policy=no-user-gesture-required'] })

/** A browser whose memory outlives it, as a phone's does. */
export const launchPhone = (folder, options) => chromium.launchPersistentContext(folder, { ...launching, ...options })

export const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' }

const pages = new Map()
/** Remembers a page, so that a failure can show what was on its screen. */
export const watch = (name, page) => pages.set(name, page)

/** Waits until `f` gives something true, and gives it; polls, because what is waited for may be on a server. */
export async function until(what, f, limit = PATIENCE_MS) {
  const end = Date.now() + limit
  for (let last; ; ) {
    try {
      const got = await f()
      if (got) return got
      last = undefined
    } catch (err) {
      last = err
    }
    if (Date.now() > end) throw new Error(`waited ${limit / 1000} s in vain: ${what}${last ? ` (${last.message})` : ''}`)
    await new Promise((go) => setTimeout(go, 50))
  }
}

export function expect(what, holds) {
  if (!holds) throw new Error(`does not hold: ${what}`)
}

export function same(what, got, want) {
  const [a, b] = [JSON.stringify(got), JSON.stringify(want)]
  if (a !== b) throw new Error(`${what}: got ${a}, want ${b}`)
}

const began = Date.now()
let at = ''
/** Does one thing that is promised, and says that it held. */
export async function step(promise, f) {
  at = promise
  const t = Date.now()
  await f()
  console.log(`ok  ${String(Date.now() - t).padStart(6)} ms  ${promise}`)
}

/** Runs a script; a failure leaves pictures of the screens. */
export async function play(f) {
  try {
    await f()
    console.log(`all ${Date.now() - began} ms`)
    process.exit(0)
  } catch (err) {
    console.error(`FAILED at: ${at}\n${String(err.stack ?? err).replace(/\x1b\[\d+m/g, '')}`)
    mkdirSync(stage.pictures, { recursive: true })
    for (const [name, page] of pages) {
      await page.screenshot({ path: join(stage.pictures, `${name}.png`), timeout: 5000 }).catch(() => {})
      const seen = await page.locator('body').innerText({ timeout: 5000 }).catch(String)
      console.error(`${name} at ${page.url()} saw: ${seen.replace(/\s+/g, ' ').slice(0, 300)}`)
    }
    process.exit(1)
  }
}
