// A camera whose every picture says when it was drawn, a microphone that beeps at known moments, and what a recording keeps of both.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const EVERY_MS = 2000
const BITS = 16

/**
 * Runs in a page before anything else: its camera and microphone are made of a canvas and an oscillator. A picture's lower half holds the milliseconds of its time in black and white, the lowest bit last. When it
 * beeped stands in window.beeps (Unix ms), but for those that a busy machine kept from being at one moment.
 */
const ticking = (every, bits) => {
  window.beeps = []
  let picture, sound, context
  const begin = () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 })
    const c = canvas.getContext('2d')
    picture = new MediaStreamTrackGenerator({ kind: 'video' }) // captureStream would wait for the page to be painted
    const frames = picture.writable.getWriter()
    context = new AudioContext()
    const [tone, gain, out] = [context.createOscillator(), context.createGain(), context.createMediaStreamDestination()]
    tone.frequency.value = 880
    gain.gain.value = 0
    tone.connect(gain).connect(out)
    tone.start()
    sound = out.stream.getAudioTracks()[0]
    setInterval(() => {
      const now = Date.now()
      c.fillStyle = now % every < 400 ? '#fff' : '#123'
      c.fillRect(0, 0, 640, 180)
      for (let b = 0; b < bits; b++) {
        c.fillStyle = (now >> (bits - 1 - b)) & 1 ? '#fff' : '#000'
        c.fillRect((b * 640) / bits, 180, 640 / bits, 180)
      }
      void frames.write(new VideoFrame(canvas, { timestamp: performance.now() * 1000 }))
    }, 160)
    let [before, heard] = [0, 0]
    const beep = (on) => {
      gain.gain.value = on ? 0.6 : 0
      if (on) {
        const [now, played] = [Date.now(), context.currentTime * 1000]
        if (now % every < 30 && Math.abs(now - before - (played - heard)) < 30) window.beeps.push(now)
        ;[before, heard] = [now, played]
      }
      setTimeout(beep, on ? 400 : every - (Date.now() % every), !on)
    }
    setTimeout(beep, every - (Date.now() % every), true)
  }
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    if (!picture) begin()
    await context.resume()
    return new MediaStream([...(wanted.video ? [picture.clone()] : []), ...(wanted.audio ? [sound.clone()] : [])])
  }
}

export const addTicking = (context) => context.addInitScript(`(${ticking})(${EVERY_MS}, ${BITS})`)

const median = (all) => [...all].sort((a, b) => a - b)[all.length >> 1]
const nearest = (all, at) => all.reduce((best, x) => (Math.abs(x - at) < Math.abs(best - at) ? x : best), -Infinity)

/** The time that a picture's lower half tells, near to `at`. */
function told(samples, at) {
  const low = [...samples].reduce((n, s) => n * 2 + (s > 127 ? 1 : 0), 0)
  const round = 2 ** BITS
  return low + Math.round((at - low) / round) * round
}

/** How late a recorded picture stands, ms, for each picture of a WebM file. */
async function pictures(path, file) {
  const [times, { stdout: rows }] = await Promise.all([
    run('ffprobe', ['-v', 'error', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', path], { maxBuffer: 1 << 26 }),
    run('ffmpeg', ['-v', 'error', '-i', path, '-vf', `scale=${BITS}:2:flags=area,format=gray`, '-fps_mode', 'passthrough', '-f', 'rawvideo', '-'], { encoding: 'buffer', maxBuffer: 1 << 28 }),
  ])
  return times.stdout.trim().split('\n').slice(0, rows.length / (2 * BITS)).map((s, i) => {
    const at = file.at + Number(s) * 1000
    return at - told(rows.subarray((2 * i + 1) * BITS, (2 * i + 2) * BITS), at)
  })
}

/** How late its beeps do. */
async function sounds(path, file, beeps) {
  const rate = 8000
  const { stdout } = await run('ffmpeg', ['-v', 'error', '-i', path, '-ac', '1', '-ar', String(rate), '-f', 's16le', '-'], { encoding: 'buffer', maxBuffer: 1 << 28 })
  const samples = new Int16Array(stdout.buffer, stdout.byteOffset, stdout.length >> 1)
  const found = []
  let loud = -rate // when it was last loud
  samples.forEach((s, i) => {
    if (Math.abs(s) < 3000) return
    if (i - loud > rate / 2 && i > rate / 2) found.push(file.at + (i / rate) * 1000)
    loud = i
  })
  return found.map((at) => at - nearest(beeps, at))
}

/** When its last frame stands, ms: a file that a killed node left doesn't say how long it is. */
export async function lengthOf(path) {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', path], { maxBuffer: 1 << 26 })
  return Number(stdout.trim().split('\n').at(-1).replace(',', '')) * 1000
}

/** How late a file is by its own `at`: the median, ms, and of how many; undefined if it holds too few. */
export async function delay(path, file, beeps) {
  const late = (await (file.media === 'audio' ? sounds(path, file, beeps) : pictures(path, file))).filter((d) => Math.abs(d) < 900)
  return late.length < 3 ? undefined : { delay: median(late), of: late.length }
}

/** Runs in the player's page for a while, and again where that was too short: when each element that plays shows another picture, or begins to be loud; `now` by the page's clock. */
export const watchPlayer = async ([forMs, bits]) => {
  const { context, taps } = (window.watching ??= { context: new AudioContext(), taps: new Map() })
  const seen = []
  const small = Object.assign(document.createElement('canvas'), { width: bits, height: 2 }).getContext('2d', { willReadFrequently: true })
  const until = performance.now() + forMs
  while (performance.now() < until) {
    for (const e of document.querySelectorAll('.player video, .player audio')) {
      if (e.paused || e.readyState < 2) continue
      const entry = { seat: e.dataset.seat, kind: e.tagName, now: performance.now(), at: Number(e.dataset.at) + e.currentTime * 1000 }
      if (e.tagName === 'VIDEO') {
        small.drawImage(e, 0, 0, bits, 2)
        const row = [...small.getImageData(0, 1, bits, 1).data].filter((_, i) => i % 4 === 1)
        const text = row.map((s) => (s > 127 ? 1 : 0)).join('')
        if (taps.get(e) !== text) seen.push({ ...entry, row })
        taps.set(e, text)
        continue
      }
      let tap = taps.get(e)
      if (!tap) {
        taps.set(e, (tap = Object.assign(context.createAnalyser(), { fftSize: 256, samples: new Uint8Array(256), loud: entry.now })))
        context.createMediaElementSource(e).connect(tap).connect(context.destination)
      }
      tap.getByteTimeDomainData(tap.samples)
      if (!tap.samples.some((s) => Math.abs(s - 128) > 20)) continue
      if (entry.now - tap.loud > 500) seen.push(entry)
      tap.loud = entry.now
    }
    await new Promise((go) => setTimeout(go, 20))
  }
  return seen
}
watchPlayer.bits = BITS

/** How late each seat's picture and sound is in the player, less the least of them, ms: nothing where all are in step. */
export function apart(seen, beepsOf) {
  const moments = seen.map((s) => ({ key: `${s.kind} ${s.seat}`, now: s.now, at: s.at, when: s.row ? told(s.row, s.at) : nearest(beepsOf(s.seat), s.at) })).filter((m) => Math.abs(m.when - m.at) < 900)
  const one = moments.filter((m) => m.key === moments.find((m) => m.key.startsWith('VIDEO'))?.key) // all are compared with this picture
  const late = new Map()
  for (const m of moments) {
    const other = one.reduce((best, o) => (Math.abs(o.now - m.now) < Math.abs(best.now - m.now) ? o : best))
    if (Math.abs(other.now - m.now) < 400) late.set(m.key, [...(late.get(m.key) ?? []), other.when + (m.now - other.now) - m.when])
  }
  const medians = [...late.values()].filter((l) => l.length >= 2).map(median)
  const least = Math.min(...medians)
  return medians.map((m) => m - least)
}
