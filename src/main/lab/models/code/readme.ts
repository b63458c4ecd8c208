/**
 * The README.md beside a script.
 */
import { LANGUAGE_NAMES, type CodeLanguage, type ScriptFacts } from './script-facts'

const NEEDS: Readonly<Record<CodeLanguage, string>> = {
  pytorch: 'Needs Python 3.9 or newer with `torch` (1.13 or newer) and `numpy`.',
  keras:
    'Needs Python 3.9 or newer with `keras` (3.0 or newer), a backend for it (`KERAS_BACKEND=jax`, say) and `numpy`.',
  numpy: 'Needs Python 3.9 or newer with `numpy`.',
}

export function readmeOf(facts: ScriptFacts, language: CodeLanguage): string {
  const { sizes, title, run, version, hasData, caveats } = facts
  const start = hasData
    ? ['    python3 experiment.py', '', `The data, ${title}, is in data.npz.`]
    : [
        '    python3 experiment.py DATA',
        '',
        `DATA is a folder with the IDX files of ${title} (\`train-images-idx3-ubyte.gz\`, …, packed or not), or an .npz`,
        'file with `x_train`, `y_train`, `x_test` and `y_test`, such as Keras ships.',
      ]
  return [
    `# ${sizes} on ${title}, recreated in ${LANGUAGE_NAMES[language]}`,
    '',
    `Written by Perceptron Lab ${version} from run \`${run}\`.`,
    '',
    ...start,
    '',
    NEEDS[language],
    '',
    '| File | What is in it |',
    '| --- | --- |',
    '| `experiment.py` | the network, its training and its evaluation |',
    '| `lab_data.py` | reads data and split, and draws the lab’s own random numbers |',
    '| `initial-weights.npz` | the weights with which the run began: `W1` [inputs, outputs], `b1`, … |',
    '| `split.npz` | numbers of the samples to train on, to validate and to test; the official test part comes last |',
    '| `experiment.json` | the experiment as Perceptron Lab opens it |',
    ...(hasData ? ['| `data.npz` | the data set |'] : []),
    '',
    'Not the same as in the lab:',
    '',
    ...caveats.map((caveat) => `- ${caveat}`),
    '',
  ].join('\n')
}
