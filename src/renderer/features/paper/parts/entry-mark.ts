/** How an entry that was judged is shown: its colour, and the sentence that goes with it. */
export interface EntryMark {
  tone: 'good' | 'bad' | 'carried' | 'unclear'
  text: string
}
