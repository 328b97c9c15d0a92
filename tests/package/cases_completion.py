"""The completions, each asked in its own shell."""
import os
import shutil
import tempfile

from bench import TOP, Skip, case, check, make, run

CONFIGURATION = '[options]\ninterval = 2s\n[instance "prod-1"]\nuri = http://db1.example\n [ instance "prod-2" ]\n# [instance "old"]\n'
# What is typed, up to the cursor; what has to be offered; what must not.
TYPED = [
    ("neodeck --re", ["--read-only"], ["--interval", "--lock=x"]),
    ("neodeck sh", ["show"], ["kill"]),
    ("neodeck ", ["show", "check", "prod-1", "prod-2"], ["old", "transactions"]),
    ("neodeck show tr", ["transactions"], ["databases"]),
    ("neodeck -i prod-1 show ", ["databases", "transactions"], ["help", "prod-1"]),
    ("neodeck -i ", ["prod-1", "prod-2"], ["show"]),
    ("neodeck --format ", ["table", "json", "csv"], ["prod-1"]),
    ("neodeck show databases --sort st", ["status", "store"], ["state"]),
    ("neodeck --theme ", ["dark", "light", "mono"], ["README"]),
]
BASH_ONLY = [
    ("neodeck --format = js", ["json"], ["csv"]),
    ("neodeck show transactions --columns database,ela", ["database,elapsed_ms"], ["elapsed_ms"]),
    ("neodeck show transactions --sort -ela", ["-elapsed_ms"], ["--interval"]),
    ("neodeck --user ", [], ["show", "prod-1"]),
    ("neodeck --config Make", ["Makefile.am"], ["show"]),
]


def ask_all(shell, typed, ask):
    with tempfile.TemporaryDirectory() as home:
        os.makedirs(home + "/neodeck")
        with open(home + "/neodeck/neodeck.conf", "w", encoding="utf-8") as f:
            f.write(CONFIGURATION)
        env = {"HOME": home, "XDG_CONFIG_HOME": home, "NEODECK_CONFIG": home + "/neodeck/neodeck.conf", "TERM": "xterm",
               "NEODECK_THEMES": TOP + "/themes"}
        for line, wanted, unwanted in typed:
            got = ask(line, env)
            for word in wanted:
                check(word in got, "%s: '%s' does not offer '%s' but: %s" % (shell, line, word, " ".join(got)))
            for word in unwanted:
                check(word not in got, "%s: '%s' offers '%s'" % (shell, line, word))


def made(build, name):
    make(build, "completions/" + name)
    path = os.path.join(build, "completions", name)
    return path if os.path.exists(path) else os.path.join(TOP, "completions", name)


@case("completion-bash")
def bash(build):
    path = made(build, "bash/neodeck")
    run(["shellcheck", path])

    def ask(line, env):
        words = line.split(" ")
        script = '. "$1"; shift; complete -p neodeck | grep -q "_neodeck neodeck" || exit 9; COMP_WORDS=("$@"); ' \
                 'COMP_CWORD=$(($# - 1)); _neodeck; printf "%s\\n" "${COMPREPLY[@]}"'
        return run(["bash", "--norc", "-c", script, "bash", path, *words], env=env, cwd=TOP).split()
    ask_all("bash", TYPED + BASH_ONLY, ask)


@case("completion-fish")
def fish(build):
    path = made(build, "fish/neodeck.fish")
    if not shutil.which("fish"):
        raise Skip("fish is not installed")

    def ask(line, env):
        out = run(["fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", path, line], env=env)
        return [l.split("\t")[0] for l in out.splitlines()]
    ask_all("fish", TYPED, ask)


# A shell on a terminal of its own, in which everything that is offered is listed by the widget that would otherwise show it.
ZSH = r'''
zmodload zsh/zpty
zpty shell 'TERM=dumb PS1= zsh -f -i'
zpty -w shell 'unsetopt zle_bracketed_paste; autoload -U compinit; compinit -u -D; . '$1
zpty -w shell 'compadd() { if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi; typeset -a __hits; builtin compadd -A __hits "$@"; builtin compadd "$@"; print -r -- ">"${^__hits}"<" }'
zpty -w shell 'ask() { zle complete-word; print -r -- ">the-end<" }; zle -N ask; bindkey "^X" ask; zstyle ":completion:*" list-prompt ""; LISTMAX=9999; print -r -- ">re""ady<"'
until [[ $got == *">ready<"* ]]; do zpty -r shell got || exit 1; done
zpty -w -n shell "$2"$'\x18'
while zpty -r shell got; do
    print -r -- "$got"
    [[ $got == *">the-end<"* ]] && break
done
zpty -d shell
'''


@case("completion-zsh")
def zsh(build):
    path = made(build, "zsh/_neodeck")
    if not shutil.which("zsh"):
        raise Skip("zsh is not installed")
    run(["zsh", "-n", path])

    def ask(line, env):
        out = run(["zsh", "-f", "-c", ZSH, "zsh", path, line], env=env, timeout=60)
        return [w for part in out.split(">")[1:] for w in [part.split("<")[0]] if w]
    ask_all("zsh", TYPED, ask)
