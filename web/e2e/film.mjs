import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { until } from './run.mjs'

/** Pictures in a second. */
const RATE = 8
/** Letters of Chinese and of English that somebody reads in a second. */
const READS = { zh: 5, en: 16 }
/** The size of every picture. */
export const SIZE = { width: 390, height: 844 }

/** The films that are being made, by page; and the pages that ever were in one. */
const films = new WeakMap()
const watched = new WeakSet()
const calm = () =>
  !document.querySelector('.van-skeleton, .van-loading, .van-toast--loading') && document.fonts.status === 'loaded' && [...document.images].every((i) => i.complete) &&
  document.getAnimations().every((a) => a.playState !== 'running' || a.effect.getTiming().iterations === Infinity)

/** Draws where a finger is about to tap, and where it taps. */
function mark([x, y, pressed]) {
  const e = (document.querySelector('#finger') ?? document.documentElement.appendChild(Object.assign(document.createElement('div'), { id: 'finger' })))
  const r = pressed ? 17 : 26
  e.style.cssText = `position:fixed;left:${x - r}px;top:${y - r}px;width:${2 * r}px;height:${2 * r}px;box-sizing:border-box;border-radius:50%;border:3px solid #c8102e;background:${pressed ? '#c8102e66' : '#c8102e1a'};z-index:2147483647;pointer-events:none`
}
const unmark = () => document.querySelector('#finger')?.remove()

/** Where the middle of what is tapped is, after it was scrolled to where a thumb reaches it; a file's field is tapped by its label. */
function place(e) {
  const seen = e.matches('input[type=file]') ? (e.closest('label') ?? e.parentElement) : e
  const fixed = (n) => n && n !== document.documentElement && (/fixed|sticky/.test(getComputedStyle(n).position) || fixed(n.parentElement))
  let box = seen.getBoundingClientRect()
  if ((box.top < 56 || box.bottom > innerHeight - 96) && !fixed(seen)) seen.scrollIntoView({ block: 'center' })
  box = seen.getBoundingClientRect()
  return [box.x + box.width / 2, box.y + box.height / 2]
}

/**
 * A film of what a script does on a page, without sound. It is put together from pictures that were taken when the page stood still; each lasts
 * as long as it takes to see and to read what is said meanwhile, however fast the machine is.
 */
export class Film {
  #page
  #stills = []
  #ticks = 0
  #cues = []
  #lead = 0
  #off = false

  /** Films the page from now on: what is tapped, typed, signed and scrolled to. */
  constructor(page) {
    this.#page = page
    films.set(page, this)
    if (!watched.has(page)) watchPage(page)
  }

  /** Says what comes now; it stands until something else is said. */
  say(zh, en) {
    const reads = Math.max(zh.length / READS.zh, en.length / READS.en)
    this.#cues.push({ at: this.#ticks, text: { zh, en } })
    this.#lead = Math.ceil(reads * RATE * 0.75)
  }

  /** Does something that isn't shown. */
  async cut(f) {
    this.#off = true
    try {
      return await f()
    } finally {
      this.#off = false
    }
  }

  /** Shows the page as it is, for as long as it takes to read what is said, and for some seconds at least. */
  async hold(seconds = 1) {
    await this.#still()
    await this.#take(Math.max(this.#lead, Math.round(seconds * RATE)))
    this.#lead = 0
  }

  /** Shows what moves on the page by itself. */
  async watch(seconds) {
    for (let n = 0; n < seconds * RATE; n += 2) await this.#take(2)
    this.#lead = Math.max(0, this.#lead - seconds * RATE)
  }

  get seconds() {
    return this.#ticks / RATE
  }

  /** The captions as WebVTT, at the top, where the pages have their title. */
  captions(lang) {
    const time = (ticks) => new Date((ticks / RATE) * 1000).toISOString().slice(14, 23)
    return `WEBVTT\n\n${this.#cues.map((c, i) => `${time(c.at)} --> ${time(this.#cues[i + 1]?.at ?? this.#ticks)} line:0\n${c.text[lang]}\n`).join('\n')}`
  }

  /** Ends the film and writes it as WebM. */
  async end(path) {
    films.delete(this.#page)
    const ffmpeg = spawn('ffmpeg', ['-v', 'error', '-y', '-f', 'image2pipe', '-c:v', 'png', '-framerate', RATE, '-i', '-', '-an', '-pix_fmt', 'yuv420p', '-c:v', 'libvpx-vp9', '-crf', 38, '-b:v', 0,
      '-deadline', 'good', '-cpu-used', 2, '-g', 10 * RATE, '-threads', 2, '-map_metadata', -1, '-fflags', '+bitexact', '-flags:v', '+bitexact', path].map(String), { stdio: ['pipe', 'inherit', 'inherit'] })
    const ended = once(ffmpeg, 'exit')
    for (const { png, ticks } of this.#stills) for (let n = 0; n < ticks; n++) if (!ffmpeg.stdin.write(png)) await once(ffmpeg.stdin, 'drain')
    ffmpeg.stdin.end()
    const [code] = await ended
    if (code) throw new Error(`ffmpeg: ${code}`)
  }

  /** A stroke was drawn. */
  async drawn() {
    if (!this.#off) await this.#take(1)
  }

  async #still() {
    await until('the page stands still', () => this.#page.evaluate(calm))
  }

  async #take(ticks) {
    this.#stills.push({ png: await this.#page.screenshot({ animations: 'disabled', caret: 'hide', scale: 'css' }), ticks })
    this.#ticks += ticks
  }

  /** Glides to where `f` scrolls. */
  async #glide(f) {
    const at = () => this.#page.evaluate(() => scrollY)
    const from = await at()
    const got = await f()
    const to = await at()
    const steps = from === to ? 0 : Math.min(12, 3 + Math.round(Math.abs(to - from) / 200))
    for (let n = 1; n <= steps; n++) {
      const eased = (1 - Math.cos((Math.PI * n) / steps)) / 2
      await this.#page.evaluate((y) => scrollTo(0, y), from + (to - from) * eased)
      await this.#take(1)
    }
    return got
  }

  /** Shows what a script does with something on the page, and does it. */
  async act(name, locator, real, args) {
    if (this.#off) return real(...args)
    await locator.waitFor({ state: name === 'setInputFiles' ? 'attached' : 'visible' })
    if (name === 'scrollIntoViewIfNeeded') {
      await this.hold(0.5)
      return this.#glide(() => real(...args))
    }
    await this.#still()
    if (this.#lead) await this.hold()
    const [x, y] = await this.#glide(() => locator.evaluate(place))
    await this.hold(0.4)
    for (const pressed of [false, true]) {
      await this.#page.evaluate(mark, [x, y, pressed])
      await this.#take(2)
    }
    await this.#page.evaluate(unmark)
    const [text] = args
    if (name === 'fill' && !/date|time|number/.test(await locator.getAttribute('type'))) {
      const pieces = Math.min(5, text.length)
      for (let n = 1; n < pieces; n++) {
        await real(text.slice(0, Math.ceil((text.length * n) / pieces)))
        await this.#take(1)
      }
    }
    return real(...args)
  }
}

/** Lets whatever a script does on a page be shown while it is filmed. */
function watchPage(page) {
  watched.add(page)
  const { mouse } = page
  let down = false
  for (const name of ['down', 'up', 'move']) {
    const real = mouse[name].bind(mouse)
    mouse[name] = async (...args) => {
      await real(...args)
      if (name !== 'move') down = name === 'down'
      else if (down) await films.get(page)?.drawn()
    }
  }
  const { prototype } = page.locator('html').constructor
  if (watched.has(prototype)) return
  watched.add(prototype)
  for (const name of ['click', 'fill', 'check', 'selectOption', 'setInputFiles', 'scrollIntoViewIfNeeded']) {
    const real = prototype[name]
    prototype[name] = function (...args) {
      const film = films.get(this.page())
      return film ? film.act(name, this, real.bind(this), args) : real.apply(this, args)
    }
  }
}
