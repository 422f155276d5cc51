/** What does not work while a secret is set nowhere. */
const WITHOUT: Record<string, string> = {
  UPLOAD_TOKEN: 'uploads answer 503',
  READ_TOKEN: 'what needs it, raw bytes among it, answers 503',
};

export interface SecretsPlan {
  faults: string[];
  /** What works, but not as one might expect. */
  notes: string[];
}

/** Compares the secrets of the environment, sent with the deployment, with those the Worker has already. */
export function planSecrets(given: string[], deployed: string[]): SecretsPlan {
  const kept = deployed.filter((name) => !given.includes(name));
  const isSet = (name: string) => given.includes(name) || deployed.includes(name);
  const faults = isSet('SCHEDULER_TOKEN')
    ? []
    : ['SCHEDULER_TOKEN is not set: export SCHEDULER_TOKEN=$(openssl rand -hex 32), and keep it.'];
  const notes = [
    ...(kept.length > 0 ? [`The Worker keeps the secrets ${kept.join(', ')} that it has.`] : []),
    ...Object.entries(WITHOUT)
      .filter(([name]) => !isSet(name))
      .map(([name, effect]) => `${name} is set nowhere: ${effect}.`),
  ];
  return { faults, notes };
}
