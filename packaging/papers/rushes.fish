# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_rushes_global_optspecs
    string join \n library= json components h/help V/version
end

function __fish_rushes_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_rushes_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_rushes_using_subcommand
    set -l cmd (__fish_rushes_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c rushes -n "__fish_rushes_needs_command" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_needs_command" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_needs_command" -l components -d 'Open a window that shows every control in every state, and touch no library'
complete -c rushes -n "__fish_rushes_needs_command" -s h -l help -d 'Print help'
complete -c rushes -n "__fish_rushes_needs_command" -s V -l version -d 'Print version'
complete -c rushes -n "__fish_rushes_needs_command" -f -a "generate" -d 'Make clips: prints their progress and where the files are'
complete -c rushes -n "__fish_rushes_needs_command" -f -a "batch" -d 'Make the clips of a list: one prompt for each line, or a table'
complete -c rushes -n "__fish_rushes_needs_command" -f -a "estimate" -d 'Say what a clip would cost, without sending anything'
complete -c rushes -n "__fish_rushes_needs_command" -f -a "jobs" -d 'List all jobs, oldest first'
complete -c rushes -n "__fish_rushes_needs_command" -f -a "ledger" -d 'Say what was spent: sums, and every paid order with its price, its charge and how it ended'
complete -c rushes -n "__fish_rushes_needs_command" -f -a "hand" -d 'Make a folder of clips that an editor opens: copies, OpenTimelineIO, FCPXML and a table'
complete -c rushes -n "__fish_rushes_needs_command" -f -a "cap" -d 'Show the caps on spending with what is left of them, or set one'
complete -c rushes -n "__fish_rushes_needs_command" -f -a "watch" -d 'Go on with every unfinished job until none is left'
complete -c rushes -n "__fish_rushes_needs_command" -f -a "resolve" -d 'Decide about an unconfirmed job, or look at another one again'
complete -c rushes -n "__fish_rushes_needs_command" -f -a "cancel" -d 'Take an order out of the queue, or ask its gateway to cancel the job'
complete -c rushes -n "__fish_rushes_needs_command" -f -a "pause" -d 'Send nothing more, until `rushes resume`; jobs at the gateways go on'
complete -c rushes -n "__fish_rushes_needs_command" -f -a "resume" -d 'Let the queue go on, and with it all orders that are held'
complete -c rushes -n "__fish_rushes_needs_command" -f -a "rebuild" -d 'Bring back the clips of a folder from the recipes in them'
complete -c rushes -n "__fish_rushes_needs_command" -f -a "key" -d 'Keep, test or forget a gateway\'s key'
complete -c rushes -n "__fish_rushes_needs_command" -f -a "bucket" -d 'Set up, test or forget the bucket through which pictures reach the gateways'
complete -c rushes -n "__fish_rushes_needs_command" -f -a "doctor" -d 'Say what works on this computer, what does not, and what to do'
complete -c rushes -n "__fish_rushes_needs_command" -f -a "mcp" -d 'Let an agent order clips: a server of the Model Context Protocol on standard input and output'
complete -c rushes -n "__fish_rushes_needs_command" -f -a "practice" -d 'Run the pretend gateway alone, until interrupted'
complete -c rushes -n "__fish_rushes_using_subcommand generate" -l gateway -d 'Who makes the clip [default: the one chosen in the window; practice when it has no key]' -r
complete -c rushes -n "__fish_rushes_using_subcommand generate" -l image -d 'First frame: a file, or a web address that begins with https://' -r
complete -c rushes -n "__fish_rushes_using_subcommand generate" -l end-image -d 'Last frame, where the gateway takes one: a file, or a web address that begins with https://' -r
complete -c rushes -n "__fish_rushes_using_subcommand generate" -l model -d 'The model that makes the clip' -r
complete -c rushes -n "__fish_rushes_using_subcommand generate" -l resolution -d 'Shorter side of the picture' -r -f -a "360p\t''
540p\t''
720p\t''
1080p\t''"
complete -c rushes -n "__fish_rushes_using_subcommand generate" -l duration -d 'Length in seconds' -r -f -a "5\t''
8\t''
10\t''"
complete -c rushes -n "__fish_rushes_using_subcommand generate" -l aspect-ratio -d 'Width to height' -r -f -a "16:9\t''
4:3\t''
1:1\t''
3:4\t''
9:16\t''"
complete -c rushes -n "__fish_rushes_using_subcommand generate" -l thinking -d 'Whether the model thinks the prompt over' -r -f -a "auto\t''
enabled\t''
disabled\t''"
complete -c rushes -n "__fish_rushes_using_subcommand generate" -l seed -d 'Seed, 0 to 2147483647; further clips of --count count up from it [default: random]' -r
complete -c rushes -n "__fish_rushes_using_subcommand generate" -l negative-prompt -d 'What the clip should not show' -r
complete -c rushes -n "__fish_rushes_using_subcommand generate" -l count -d 'Number of clips, 1 to 12' -r
complete -c rushes -n "__fish_rushes_using_subcommand generate" -l max-cost -d 'Send nothing when all clips together may cost more: dollars (2.50) or credits (90cr)' -r
complete -c rushes -n "__fish_rushes_using_subcommand generate" -l over-cap -d 'Send all clips although they pass a cap on spending; AMOUNT has to be their exact price: dollars (2.50) or credits (90cr)' -r
complete -c rushes -n "__fish_rushes_using_subcommand generate" -l picture-way -d 'How a picture of this computer reaches the gateway [default: as the settings say; in-order at first]' -r
complete -c rushes -n "__fish_rushes_using_subcommand generate" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand generate" -l audio -d 'With sound'
complete -c rushes -n "__fish_rushes_using_subcommand generate" -l no-wait -d 'Come back as soon as the gateway has accepted the order'
complete -c rushes -n "__fish_rushes_using_subcommand generate" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand generate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rushes -n "__fish_rushes_using_subcommand batch" -l gateway -d 'Who makes the clip [default: the one chosen in the window; practice when it has no key]' -r
complete -c rushes -n "__fish_rushes_using_subcommand batch" -l image -d 'First frame: a file, or a web address that begins with https://' -r
complete -c rushes -n "__fish_rushes_using_subcommand batch" -l end-image -d 'Last frame, where the gateway takes one: a file, or a web address that begins with https://' -r
complete -c rushes -n "__fish_rushes_using_subcommand batch" -l model -d 'The model that makes the clip' -r
complete -c rushes -n "__fish_rushes_using_subcommand batch" -l resolution -d 'Shorter side of the picture' -r -f -a "360p\t''
540p\t''
720p\t''
1080p\t''"
complete -c rushes -n "__fish_rushes_using_subcommand batch" -l duration -d 'Length in seconds' -r -f -a "5\t''
8\t''
10\t''"
complete -c rushes -n "__fish_rushes_using_subcommand batch" -l aspect-ratio -d 'Width to height' -r -f -a "16:9\t''
4:3\t''
1:1\t''
3:4\t''
9:16\t''"
complete -c rushes -n "__fish_rushes_using_subcommand batch" -l thinking -d 'Whether the model thinks the prompt over' -r -f -a "auto\t''
enabled\t''
disabled\t''"
complete -c rushes -n "__fish_rushes_using_subcommand batch" -l seed -d 'Seed, 0 to 2147483647; further clips of --count count up from it [default: random]' -r
complete -c rushes -n "__fish_rushes_using_subcommand batch" -l negative-prompt -d 'What the clip should not show' -r
complete -c rushes -n "__fish_rushes_using_subcommand batch" -l count -d 'Number of clips, 1 to 12' -r
complete -c rushes -n "__fish_rushes_using_subcommand batch" -l max-cost -d 'Send nothing when all clips together may cost more: dollars (2.50) or credits (90cr)' -r
complete -c rushes -n "__fish_rushes_using_subcommand batch" -l picture-way -d 'How a picture of this computer reaches the gateway [default: as the settings say; in-order at first]' -r
complete -c rushes -n "__fish_rushes_using_subcommand batch" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand batch" -l dry-run -d 'Show every job with its price, the sum, the caps and what is the same, and send nothing'
complete -c rushes -n "__fish_rushes_using_subcommand batch" -l audio -d 'With sound'
complete -c rushes -n "__fish_rushes_using_subcommand batch" -l no-wait -d 'Come back as soon as the gateways have accepted all orders'
complete -c rushes -n "__fish_rushes_using_subcommand batch" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand batch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rushes -n "__fish_rushes_using_subcommand estimate" -l gateway -d 'Who makes the clip [default: the one chosen in the window; practice when it has no key]' -r
complete -c rushes -n "__fish_rushes_using_subcommand estimate" -l image -d 'First frame: a file, or a web address that begins with https://' -r
complete -c rushes -n "__fish_rushes_using_subcommand estimate" -l end-image -d 'Last frame, where the gateway takes one: a file, or a web address that begins with https://' -r
complete -c rushes -n "__fish_rushes_using_subcommand estimate" -l model -d 'The model that makes the clip' -r
complete -c rushes -n "__fish_rushes_using_subcommand estimate" -l resolution -d 'Shorter side of the picture' -r -f -a "360p\t''
540p\t''
720p\t''
1080p\t''"
complete -c rushes -n "__fish_rushes_using_subcommand estimate" -l duration -d 'Length in seconds' -r -f -a "5\t''
8\t''
10\t''"
complete -c rushes -n "__fish_rushes_using_subcommand estimate" -l aspect-ratio -d 'Width to height' -r -f -a "16:9\t''
4:3\t''
1:1\t''
3:4\t''
9:16\t''"
complete -c rushes -n "__fish_rushes_using_subcommand estimate" -l thinking -d 'Whether the model thinks the prompt over' -r -f -a "auto\t''
enabled\t''
disabled\t''"
complete -c rushes -n "__fish_rushes_using_subcommand estimate" -l seed -d 'Seed, 0 to 2147483647; further clips of --count count up from it [default: random]' -r
complete -c rushes -n "__fish_rushes_using_subcommand estimate" -l negative-prompt -d 'What the clip should not show' -r
complete -c rushes -n "__fish_rushes_using_subcommand estimate" -l count -d 'Number of clips, 1 to 12' -r
complete -c rushes -n "__fish_rushes_using_subcommand estimate" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand estimate" -l audio -d 'With sound'
complete -c rushes -n "__fish_rushes_using_subcommand estimate" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand estimate" -s h -l help -d 'Print help'
complete -c rushes -n "__fish_rushes_using_subcommand jobs" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand jobs" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand jobs" -s h -l help -d 'Print help'
complete -c rushes -n "__fish_rushes_using_subcommand ledger" -l month -d 'Only orders of this month, such as 2026-06' -r
complete -c rushes -n "__fish_rushes_using_subcommand ledger" -l gateway -d 'Only orders at this gateway' -r
complete -c rushes -n "__fish_rushes_using_subcommand ledger" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand ledger" -l csv -d 'Print the orders as CSV'
complete -c rushes -n "__fish_rushes_using_subcommand ledger" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand ledger" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rushes -n "__fish_rushes_using_subcommand hand" -l storyboard -d 'The storyboard of this project in place of clips; without a name the one of the whole library' -r
complete -c rushes -n "__fish_rushes_using_subcommand hand" -l to -d 'The folder in which the new one is made' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand hand" -l name -d 'What the new folder is called [default: the project, else the day, or “Storyboard”]' -r
complete -c rushes -n "__fish_rushes_using_subcommand hand" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand hand" -l join -d 'Join all clips that agree into one film as well'
complete -c rushes -n "__fish_rushes_using_subcommand hand" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand hand" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rushes -n "__fish_rushes_using_subcommand cap" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand cap" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand cap" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rushes -n "__fish_rushes_using_subcommand watch" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand watch" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand watch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rushes -n "__fish_rushes_using_subcommand resolve; and not __fish_seen_subcommand_from check adopt resend discard" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand resolve; and not __fish_seen_subcommand_from check adopt resend discard" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand resolve; and not __fish_seen_subcommand_from check adopt resend discard" -s h -l help -d 'Print help'
complete -c rushes -n "__fish_rushes_using_subcommand resolve; and not __fish_seen_subcommand_from check adopt resend discard" -a "check" -d 'Look whether the gateway can tell what became of it; sends no order. Works for jobs that are not at their end, too'
complete -c rushes -n "__fish_rushes_using_subcommand resolve; and not __fish_seen_subcommand_from check adopt resend discard" -a "adopt" -d 'Watch the job of this id, found on the gateway\'s dashboard'
complete -c rushes -n "__fish_rushes_using_subcommand resolve; and not __fish_seen_subcommand_from check adopt resend discard" -a "resend" -d 'Order the clip again; it may be charged twice'
complete -c rushes -n "__fish_rushes_using_subcommand resolve; and not __fish_seen_subcommand_from check adopt resend discard" -a "discard" -d 'Put it aside'
complete -c rushes -n "__fish_rushes_using_subcommand resolve; and __fish_seen_subcommand_from check" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand resolve; and __fish_seen_subcommand_from check" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand resolve; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c rushes -n "__fish_rushes_using_subcommand resolve; and __fish_seen_subcommand_from adopt" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand resolve; and __fish_seen_subcommand_from adopt" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand resolve; and __fish_seen_subcommand_from adopt" -s h -l help -d 'Print help'
complete -c rushes -n "__fish_rushes_using_subcommand resolve; and __fish_seen_subcommand_from resend" -l over-cap -d 'Send it although it passes a cap on spending; AMOUNT has to be its exact price: dollars (0.64) or credits (90cr)' -r
complete -c rushes -n "__fish_rushes_using_subcommand resolve; and __fish_seen_subcommand_from resend" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand resolve; and __fish_seen_subcommand_from resend" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand resolve; and __fish_seen_subcommand_from resend" -s h -l help -d 'Print help'
complete -c rushes -n "__fish_rushes_using_subcommand resolve; and __fish_seen_subcommand_from discard" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand resolve; and __fish_seen_subcommand_from discard" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand resolve; and __fish_seen_subcommand_from discard" -s h -l help -d 'Print help'
complete -c rushes -n "__fish_rushes_using_subcommand cancel" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand cancel" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand cancel" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rushes -n "__fish_rushes_using_subcommand pause" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand pause" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand pause" -s h -l help -d 'Print help'
complete -c rushes -n "__fish_rushes_using_subcommand resume" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand resume" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rushes -n "__fish_rushes_using_subcommand rebuild" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand rebuild" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand rebuild" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rushes -n "__fish_rushes_using_subcommand key; and not __fish_seen_subcommand_from set test forget" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand key; and not __fish_seen_subcommand_from set test forget" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand key; and not __fish_seen_subcommand_from set test forget" -s h -l help -d 'Print help'
complete -c rushes -n "__fish_rushes_using_subcommand key; and not __fish_seen_subcommand_from set test forget" -f -a "set" -d 'Read a key from standard input and keep it in the system\'s password store'
complete -c rushes -n "__fish_rushes_using_subcommand key; and not __fish_seen_subcommand_from set test forget" -f -a "test" -d 'Try the key without spending anything'
complete -c rushes -n "__fish_rushes_using_subcommand key; and not __fish_seen_subcommand_from set test forget" -f -a "forget" -d 'Delete the key from the password store'
complete -c rushes -n "__fish_rushes_using_subcommand key; and __fish_seen_subcommand_from set" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand key; and __fish_seen_subcommand_from set" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand key; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c rushes -n "__fish_rushes_using_subcommand key; and __fish_seen_subcommand_from test" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand key; and __fish_seen_subcommand_from test" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand key; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help'
complete -c rushes -n "__fish_rushes_using_subcommand key; and __fish_seen_subcommand_from forget" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand key; and __fish_seen_subcommand_from forget" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand key; and __fish_seen_subcommand_from forget" -s h -l help -d 'Print help'
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and not __fish_seen_subcommand_from set test forget" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and not __fish_seen_subcommand_from set test forget" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and not __fish_seen_subcommand_from set test forget" -s h -l help -d 'Print help'
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and not __fish_seen_subcommand_from set test forget" -f -a "set" -d 'Read the secret from standard input, test the bucket, and use it for pictures from now on'
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and not __fish_seen_subcommand_from set test forget" -f -a "test" -d 'Write a small object, read it by a signed address, delete it, and say what fails'
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and not __fish_seen_subcommand_from set test forget" -f -a "forget" -d 'Delete the keys from the password store and use no bucket any more'
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and __fish_seen_subcommand_from set" -l endpoint -d 'The server, such as s3.eu-central-1.amazonaws.com, without the bucket\'s name' -r
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and __fish_seen_subcommand_from set" -l region -d 'The region for signatures; auto or us-east-1 where the server has none' -r
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and __fish_seen_subcommand_from set" -l bucket -d 'The name of the bucket' -r
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and __fish_seen_subcommand_from set" -l prefix -d 'What the names of all objects begin with' -r
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and __fish_seen_subcommand_from set" -l access-key-id -d 'The access key ID that belongs to the secret' -r
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and __fish_seen_subcommand_from set" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and __fish_seen_subcommand_from set" -l virtual-host -d 'Put the bucket in front of the server\'s name, as AWS wants it, and not into the path'
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and __fish_seen_subcommand_from set" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and __fish_seen_subcommand_from test" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and __fish_seen_subcommand_from test" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help'
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and __fish_seen_subcommand_from forget" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and __fish_seen_subcommand_from forget" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand bucket; and __fish_seen_subcommand_from forget" -s h -l help -d 'Print help'
complete -c rushes -n "__fish_rushes_using_subcommand doctor" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand doctor" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c rushes -n "__fish_rushes_using_subcommand mcp" -l cap -d 'The most that may be spent while the server runs: dollars (2.50) or credits (90cr)' -r
complete -c rushes -n "__fish_rushes_using_subcommand mcp" -l gateway -d 'Who makes clips of orders that name nobody [default: the one chosen in the window; practice when it has no key]' -r
complete -c rushes -n "__fish_rushes_using_subcommand mcp" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand mcp" -l allow-spend -d 'Let the agent spend money, up to --cap'
complete -c rushes -n "__fish_rushes_using_subcommand mcp" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand mcp" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rushes -n "__fish_rushes_using_subcommand practice" -l port -d 'Port to listen on; 0 takes any free one' -r
complete -c rushes -n "__fish_rushes_using_subcommand practice" -l faults -d 'JSON file that says what goes wrong and when' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand practice" -l library -d 'Keep everything (clips, database, settings) under this folder' -r -F
complete -c rushes -n "__fish_rushes_using_subcommand practice" -l json -d 'Print JSON lines in place of sentences'
complete -c rushes -n "__fish_rushes_using_subcommand practice" -s h -l help -d 'Print help'
