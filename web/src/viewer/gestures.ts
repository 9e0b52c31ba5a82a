import { onMounted, onScopeDispose, ref, type Ref } from 'vue'

const LARGEST = 6
const SWIPE = 60
const DOUBLE_MS = 300

/** Two fingers or a double tap zoom, one finger moves what is zoomed and swipes what isn't. */
export function useGestures(stage: Ref<HTMLElement | undefined>, o: { swipe: (by: number) => void; still: () => boolean }) {
  const [scale, x, y] = [ref(1), ref(0), ref(0)]
  const fingers = new Map<number, { x: number; y: number }>()
  let begun = { x: 0, y: 0, distance: 0, scale: 1, left: 0, top: 0 }
  let tapped = 0

  function zoom(by: number) {
    scale.value = Math.min(Math.max(scale.value * by, 1), LARGEST)
    if (scale.value === 1) x.value = y.value = 0
  }
  function reset() {
    scale.value = 1
    x.value = y.value = 0
  }

  const distance = () => {
    const [a, b] = [...fingers.values()]
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0
  }
  function begin() {
    const [a] = [...fingers.values()]
    begun = { x: a?.x ?? 0, y: a?.y ?? 0, distance: distance(), scale: scale.value, left: x.value, top: y.value }
  }

  function down(e: PointerEvent) {
    if (o.still()) return
    fingers.set(e.pointerId, { x: e.clientX, y: e.clientY })
    begin()
    if (fingers.size > 1) return
    const now = Date.now()
    if (now - tapped < DOUBLE_MS) {
      if (scale.value > 1) reset()
      else zoom(2.5)
      tapped = 0
    } else tapped = now
  }
  function move(e: PointerEvent) {
    if (!fingers.has(e.pointerId)) return
    fingers.set(e.pointerId, { x: e.clientX, y: e.clientY })
    if (fingers.size > 1 && begun.distance) {
      scale.value = Math.min(Math.max((begun.scale * distance()) / begun.distance, 1), LARGEST)
    } else if (scale.value > 1) {
      x.value = begun.left + e.clientX - begun.x
      y.value = begun.top + e.clientY - begun.y
    }
  }
  function up(e: PointerEvent) {
    if (!fingers.delete(e.pointerId)) return
    const far = e.clientX - begun.x
    if (!fingers.size && scale.value === 1 && Math.abs(far) > SWIPE) o.swipe(far < 0 ? 1 : -1)
    begin()
    if (scale.value === 1) x.value = y.value = 0
  }

  onMounted(() => {
    const s = stage.value
    s?.addEventListener('pointerdown', down)
    s?.addEventListener('wheel', wheel, { passive: false })
  })
  function wheel(e: WheelEvent) {
    if (o.still() || !e.ctrlKey) return
    e.preventDefault()
    zoom(e.deltaY < 0 ? 1.15 : 1 / 1.15)
  }
  addEventListener('pointermove', move)
  addEventListener('pointerup', up)
  addEventListener('pointercancel', up)
  onScopeDispose(() => {
    removeEventListener('pointermove', move)
    removeEventListener('pointerup', up)
    removeEventListener('pointercancel', up)
  })
  return { scale, x, y, zoom, reset }
}
