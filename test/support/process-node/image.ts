/** What stands for a container image: a program of this machine. */
export interface Image {
  /** Program and first arguments; a container's `command` replaces all of it, its `args` come after it. */
  readonly entrypoint: readonly string[];
  /** Folders of this machine that the container sees at their own paths, read-only. */
  readonly folders: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Numeric user; root when left out, as in Docker. */
  readonly user?: number;
}

/** Images by the name that Pods call them by. A name without a tag stands for all tags that have no entry. */
export type Images = Readonly<Record<string, Image>>;

export function imageNamed(images: Images, name: string): Image | undefined {
  return [name, withoutTag(name)].flatMap((key) => (Object.hasOwn(images, key) ? images[key] : undefined) ?? [])[0];
}

/** A colon before the last slash is a registry's port. */
function withoutTag(name: string): string {
  return name.replace(/(?::[^/:@]+)?(?:@[^/@]+)?$/, "");
}
