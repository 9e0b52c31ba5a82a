import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import worker from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'

GlobalWorkerOptions.workerSrc = worker

/** Opens a PDF in the page. Letters that the file doesn't bring come from what the program serves under /pdf (see build/plugins.ts). */
export function openPDF(from: { url: string } | { data: ArrayBuffer }): Promise<PDFDocumentProxy> {
  return getDocument({
    ...from,
    cMapUrl: '/pdf/cmaps/',
    cMapPacked: true,
    standardFontDataUrl: '/pdf/fonts/',
    wasmUrl: '/pdf/wasm/',
    useWasm: false,
    enableXfa: false,
    isEvalSupported: false,
  } as Parameters<typeof getDocument>[0]).promise
}
