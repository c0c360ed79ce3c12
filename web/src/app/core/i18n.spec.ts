import { en } from '../../i18n/en';
import { es } from '../../i18n/es';

function keys(texts: object, prefix = ''): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'object' ? keys(value, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

function placeholders(texts: object): string[] {
  return Object.values(texts).flatMap((value) =>
    typeof value === 'object' ? placeholders(value) : [(String(value).match(/{{\s*\w+\s*}}/g) ?? []).sort().join()],
  );
}

describe('texts', () => {
  it('exist in both languages', () => {
    expect(keys(es).sort()).toEqual(keys(en).sort());
  });

  it('are nowhere empty', () => {
    for (const texts of [en, es]) expect(JSON.stringify(texts)).not.toContain('""');
  });

  it('take the same values in both languages', () => {
    const sorted = (texts: object) => {
      const taken = placeholders(texts);
      return keys(texts).map((k, i) => `${k}:${taken[i]}`).sort();
    };
    expect(sorted(es)).toEqual(sorted(en));
  });
});
