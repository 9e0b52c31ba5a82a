import { onScopeDispose, ref } from 'vue'

const TYPES = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus']

export interface Recording {
  blob: Blob
  durationMs: number
}

/** Records one voice message at a time. What was recorded when the page goes away is handed over all the same. */
export function useRecorder(maxMs: () => number, done: (r: Recording) => void) {
  const recording = ref(false)
  const elapsed = ref(0)
  let recorder: MediaRecorder | undefined
  let stream: MediaStream | undefined
  let began = 0
  let keep = true
  let tick: ReturnType<typeof setInterval> | undefined

  const possible = () => !!navigator.mediaDevices?.getUserMedia && typeof MediaRecorder !== 'undefined'

  /** Rejects when the phone refuses the microphone. */
  async function start() {
    stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } })
    const type = TYPES.find((x) => MediaRecorder.isTypeSupported(x))
    const rec = new MediaRecorder(stream, { ...(type ? { mimeType: type } : {}), audioBitsPerSecond: 32_000 })
    recorder = rec
    const parts: Blob[] = []
    rec.ondataavailable = (e) => e.data.size && parts.push(e.data)
    rec.onstop = () => {
      const durationMs = Math.min(Date.now() - began, maxMs())
      release()
      if (keep && parts.length && durationMs >= 500) done({ blob: new Blob(parts, { type: (rec.mimeType || 'audio/webm').split(';')[0]! }), durationMs })
    }
    keep = true
    began = Date.now()
    elapsed.value = 0
    rec.start(1000)
    recording.value = true
    tick = setInterval(() => {
      elapsed.value = Date.now() - began
      if (elapsed.value >= maxMs() - 250) stop()
    }, 200)
  }

  function stop() {
    if (recorder?.state === 'recording') recorder.stop()
  }

  function cancel() {
    keep = false
    stop()
  }

  function release() {
    clearInterval(tick)
    recording.value = false
    for (const track of stream?.getTracks() ?? []) track.stop()
    stream = undefined
    recorder = undefined
  }

  addEventListener('pagehide', stop)
  onScopeDispose(() => {
    removeEventListener('pagehide', stop)
    stop()
  })

  return { recording, elapsed, possible, start, stop, cancel }
}
