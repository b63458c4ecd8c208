/** Finds things on a mounted page as a person does: by what they are called. */
import { DOMWrapper } from '@vue/test-utils'

export function fieldNamed(name: string): DOMWrapper<HTMLInputElement> {
  const label = [...document.querySelectorAll('label')].find((each) => each.textContent.trim() === name)
  const found = label && document.querySelector<HTMLInputElement>(`[id="${label.htmlFor}"]`)
  if (!found) throw new Error(`No field is called "${name}"`)
  return new DOMWrapper(found)
}

export function buttonNamed(name: string | RegExp): DOMWrapper<HTMLButtonElement> {
  const isIt = (text: string) => (typeof name === 'string' ? text === name : name.test(text))
  const found = [...document.querySelectorAll('button')].find((each) =>
    isIt(each.getAttribute('aria-label') ?? each.textContent.trim()),
  )
  if (!found) throw new Error(`No button is called "${name}"`)
  return new DOMWrapper(found)
}

export function problemAt(name: string): string {
  const { element } = fieldNamed(name)
  if (element.getAttribute('aria-invalid') !== 'true') throw new Error(`"${name}" has no problem`)
  return document.getElementById(element.getAttribute('aria-describedby') ?? '')?.textContent.trim() ?? ''
}
