import { reactive } from 'vue'

export type Trouble = '' | 'refused' | 'missing' | 'busy' | 'unsafe'

/** The phone's own camera and microphone. */
export interface Devices {
  camera: MediaStreamTrack | null
  mic: MediaStreamTrack | null
  troubles: { camera: Trouble; mic: Trouble }
}

function troubleOf(err: unknown): Trouble {
  switch ((err as { name?: string }).name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'refused'
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing'
    default:
      return 'busy'
  }
}

export function useDevices() {
  const d = reactive<Devices>({ camera: null, mic: null, troubles: { camera: '', mic: '' } }) as Devices

  async function get(kind: 'camera' | 'mic', constraints: MediaStreamConstraints) {
    if (!navigator.mediaDevices) {
      d.troubles[kind] = 'unsafe'
      return
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia(constraints)
      d[kind]?.stop()
      d[kind] = (kind === 'camera' ? stream.getVideoTracks() : stream.getAudioTracks())[0] ?? null
      d.troubles[kind] = ''
    } catch (err) {
      d.troubles[kind] = troubleOf(err)
    }
  }

  const openMic = () => get('mic', { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } })
  const openCamera = (facing: 'user' | 'environment' = 'user') =>
    get('camera', { video: { facingMode: facing, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24, max: 30 } } })

  /** Asks for both; one of them may be missing, and the other is used all the same. */
  async function open() {
    await openMic()
    await openCamera()
  }

  function close() {
    d.camera?.stop()
    d.mic?.stop()
    d.camera = d.mic = null
  }

  return { d, open, openMic, openCamera, close }
}
