/**
 * Puts text on the clipboard; only within a person's own press of something. The window holds no permission at all, so
 * the asynchronous clipboard refuses it [S1]; the copy command of a press needs none.
 * @returns whether it is there
 */
export function copyText(text: string): boolean {
  let isTaken = false
  const onCopy = (event: ClipboardEvent): void => {
    event.preventDefault()
    event.stopImmediatePropagation()
    event.clipboardData?.setData('text/plain', text)
    isTaken = event.clipboardData !== null
  }
  document.addEventListener('copy', onCopy, { capture: true })
  try {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor asks for a permission
    return document.execCommand('copy') && isTaken
  } finally {
    document.removeEventListener('copy', onCopy, { capture: true })
  }
}
