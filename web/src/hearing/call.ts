import type { Offer, SlotView } from '@/api/hearings'

/** How large a picture is asked for: 0 none, 1 to 3 from the smallest. */
export type Layer = 0 | 1 | 2 | 3

/** What the court's server is told. */
export interface Signals {
  join(again: boolean): Promise<unknown>
  answer(number: number, sdp: string): Promise<unknown>
  restart(): Promise<unknown>
  wish(layers: Record<string, Layer>): Promise<unknown>
}

export type Flow = 'connecting' | 'flows' | 'interrupted'

/** What one seat is seen and heard by. */
export interface Shown {
  audio?: MediaStream
  camera?: MediaStream
  screen?: MediaStream
}

export interface CallEvents {
  shown: (seats: Map<string, Shown>) => void
  flow: (f: Flow) => void
}

/** Bit/s and scale of the three pictures that the phone sends, the smallest first, as the offer asks for them. */
const LAYERS = [
  { maxBitrate: 100_000, scaleResolutionDownBy: 4, maxFramerate: 15 },
  { maxBitrate: 250_000, scaleResolutionDownBy: 2, maxFramerate: 24 },
  { maxBitrate: 700_000, scaleResolutionDownBy: 1, maxFramerate: 30 },
]

/** An interruption shorter than this is left to the network. */
const PATIENCE_MS = 1_000

/**
 * The connection of one seat to the media of its hearing. The server alone offers (rtc/doc.go); this side answers, puts its tracks into the first three sections, where they are taken, and shows by seat what comes in by the others.
 */
export class Call {
  private pc: RTCPeerConnection | null = null
  private slots: SlotView[] = []
  private incoming = new Map<string, MediaStream>()
  private tracks: Record<'audio' | 'camera' | 'screen', MediaStreamTrack | null> = { audio: null, camera: null, screen: null }
  private last: Promise<void> = Promise.resolve()
  private timer: ReturnType<typeof setTimeout> | undefined
  private ended = false
  private taken = false // something is taken from us: an observer's offer has sections to receive by alone
  private wished = ''
  private wishes: Record<string, Layer> = {}

  constructor(private readonly signals: Signals, private readonly events: CallEvents) {}

  /** Begins, or begins again after the socket was away. */
  async join() {
    this.wished = ''
    await this.signals.join(this.pc !== null)
  }

  /** Sends another track, or none. */
  async send(media: 'audio' | 'camera' | 'screen', track: MediaStreamTrack | null) {
    this.tracks[media] = track
    const t = this.own(media)
    if (t) await t.sender.replaceTrack(track)
  }

  private own(media: 'audio' | 'camera' | 'screen'): RTCRtpTransceiver | undefined {
    if (!this.taken) return undefined
    return this.pc?.getTransceivers()[{ audio: 0, camera: 1, screen: 2 }[media]]
  }

  /** Takes an offer; they are answered one after the other. */
  offered(o: Offer) {
    this.last = this.last.then(() => this.answer(o)).catch((err) => {
      if (this.ended) return
      console.warn('hearing:', err) // what a browser can't take is told to whoever looks; the person gets a new connection
      this.pc?.close()
      this.pc = null
      this.timer ??= setTimeout(() => {
        this.timer = undefined
        void this.join().catch(() => {})
      }, 2_000)
    })
  }

  private async answer(o: Offer) {
    if (this.ended) return
    // The first offer is of a new connection: the server has none of ours any more, or never had.
    const setup: RTCConfiguration = { bundlePolicy: 'max-bundle', iceServers: o.ice_servers ?? [] }
    if (o.number === 1 || !this.pc) this.begin(setup)
    else this.pc.setConfiguration(setup)
    const pc = this.pc!
    this.taken = /^a=recvonly/m.test(o.sdp.split(/^m=/m)[1] ?? '')
    await pc.setRemoteDescription({ type: 'offer', sdp: o.sdp })
    for (const media of ['audio', 'camera', 'screen'] as const) {
      const t = this.own(media)
      if (!t) continue
      t.direction = 'sendonly'
      if (t.sender.track !== this.tracks[media]) await t.sender.replaceTrack(this.tracks[media])
    }
    await pc.setLocalDescription(await pc.createAnswer())
    await this.signals.answer(o.number, pc.localDescription!.sdp)
    await this.limit()
  }

  /** Bounds what the camera's pictures take. */
  private async limit() {
    const sender = this.own('camera')?.sender
    const p = sender?.getParameters()
    if (!sender || !p?.encodings?.length) return
    const layers = LAYERS.slice(-p.encodings.length)
    p.encodings.forEach((e, i) => Object.assign(e, layers[i]))
    p.degradationPreference = 'balanced'
    await sender.setParameters(p).catch(() => {}) // the browser's own bounds hold then
  }

  private begin(setup: RTCConfiguration) {
    this.pc?.close()
    this.incoming.clear()
    const pc = (this.pc = new RTCPeerConnection(setup))
    pc.ontrack = (e) => {
      if (!e.transceiver.mid) return
      this.incoming.set(e.transceiver.mid, new MediaStream([e.track]))
      this.show()
    }
    pc.onconnectionstatechange = () => {
      if (pc !== this.pc) return
      if (pc.connectionState === 'connected') {
        clearTimeout(this.timer)
        this.timer = undefined
        this.events.flow('flows')
      } else if (pc.connectionState === 'failed') this.interrupted(0)
      else if (pc.connectionState === 'disconnected') this.interrupted()
    }
    this.events.flow('connecting')
  }

  /** Media have stopped: another way is looked for, again and again until one is found. */
  interrupted(after = PATIENCE_MS) {
    if (this.ended || this.timer) return
    this.timer = setTimeout(() => {
      this.timer = undefined
      if (this.ended || this.pc?.connectionState === 'connected') return
      this.events.flow('interrupted')
      this.signals.restart().catch(() => {}) // without a socket there is no asking; joining again does it
      this.interrupted(3_000)
    }, after)
  }

  /** The phone has another network. */
  moved() {
    if (!this.pc || this.ended) return
    clearTimeout(this.timer)
    this.timer = undefined
    this.signals.restart().catch(() => {})
  }

  told(slots: SlotView[]) {
    this.slots = slots
    this.show()
  }

  private show() {
    const seats = new Map<string, Shown>()
    for (const s of this.slots) {
      const stream = this.incoming.get(s.mid)
      if (!stream) continue
      const shown = seats.get(s.peer) ?? {}
      shown[s.media] = stream
      seats.set(s.peer, shown)
    }
    this.events.shown(seats)
    this.ask()
  }

  /** Says how large each seat is shown. */
  wish(bySeat: Record<string, Layer>) {
    this.wishes = bySeat
    this.ask()
  }

  private ask() {
    const layers: Record<string, Layer> = {}
    for (const s of this.slots) {
      if (s.media === 'camera') layers[s.mid] = this.wishes[s.peer] ?? 1
      if (s.media === 'screen') layers[s.mid] = 3
    }
    const text = JSON.stringify(layers)
    if (text === this.wished || !this.slots.length) return
    this.wished = text
    this.signals.wish(layers).catch(() => (this.wished = ''))
  }

  /** What the browser measures, for those who look into it. */
  stats(): Promise<RTCStatsReport> | undefined {
    return this.pc?.getStats()
  }

  end() {
    this.ended = true
    clearTimeout(this.timer)
    this.pc?.close()
    this.pc = null
  }
}
