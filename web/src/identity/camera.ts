import { onScopeDispose, ref, shallowRef } from 'vue'

export type CameraTrouble = '' | 'refused' | 'missing' | 'busy' | 'unsafe'

function troubleOf(err: unknown): CameraTrouble {
  switch ((err as { name?: string }).name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'refused'
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing'
  }
  return 'busy'
}

/** The phone's front camera, for as long as a page uses it. */
export function useFrontCamera(sound: boolean) {
  const stream = shallowRef<MediaStream>()
  const trouble = ref<CameraTrouble>('')
  let ended = false

  async function open() {
    trouble.value = ''
    if (!navigator.mediaDevices?.getUserMedia) {
      trouble.value = 'unsafe'
      return
    }
    try {
      const s = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'user', width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } }, audio: sound })
      if (ended) return stop(s)
      close()
      stream.value = s
    } catch (err) {
      trouble.value = troubleOf(err)
    }
  }

  const stop = (s: MediaStream | undefined) => s?.getTracks().forEach((t) => t.stop())
  function close() {
    stop(stream.value)
    stream.value = undefined
  }
  onScopeDispose(() => {
    ended = true
    close()
  })

  return { stream, trouble, open, close }
}
