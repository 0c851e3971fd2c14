
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'rushes' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'rushes'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'rushes' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('--components', '--components', [CompletionResultType]::ParameterName, 'Open a window that shows every control in every state, and touch no library')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Make clips: prints their progress and where the files are')
            [CompletionResult]::new('batch', 'batch', [CompletionResultType]::ParameterValue, 'Make the clips of a list: one prompt for each line, or a table')
            [CompletionResult]::new('estimate', 'estimate', [CompletionResultType]::ParameterValue, 'Say what a clip would cost, without sending anything')
            [CompletionResult]::new('jobs', 'jobs', [CompletionResultType]::ParameterValue, 'List all jobs, oldest first')
            [CompletionResult]::new('ledger', 'ledger', [CompletionResultType]::ParameterValue, 'Say what was spent: sums, and every paid order with its price, its charge and how it ended')
            [CompletionResult]::new('hand', 'hand', [CompletionResultType]::ParameterValue, 'Make a folder of clips that an editor opens: copies, OpenTimelineIO, FCPXML and a table')
            [CompletionResult]::new('cap', 'cap', [CompletionResultType]::ParameterValue, 'Show the caps on spending with what is left of them, or set one')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Go on with every unfinished job until none is left')
            [CompletionResult]::new('resolve', 'resolve', [CompletionResultType]::ParameterValue, 'Decide about an unconfirmed job, or look at another one again')
            [CompletionResult]::new('cancel', 'cancel', [CompletionResultType]::ParameterValue, 'Take an order out of the queue, or ask its gateway to cancel the job')
            [CompletionResult]::new('pause', 'pause', [CompletionResultType]::ParameterValue, 'Send nothing more, until `rushes resume`; jobs at the gateways go on')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Let the queue go on, and with it all orders that are held')
            [CompletionResult]::new('rebuild', 'rebuild', [CompletionResultType]::ParameterValue, 'Bring back the clips of a folder from the recipes in them')
            [CompletionResult]::new('key', 'key', [CompletionResultType]::ParameterValue, 'Keep, test or forget a gateway''s key')
            [CompletionResult]::new('bucket', 'bucket', [CompletionResultType]::ParameterValue, 'Set up, test or forget the bucket through which pictures reach the gateways')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Say what works on this computer, what does not, and what to do')
            [CompletionResult]::new('mcp', 'mcp', [CompletionResultType]::ParameterValue, 'Let an agent order clips: a server of the Model Context Protocol on standard input and output')
            [CompletionResult]::new('practice', 'practice', [CompletionResultType]::ParameterValue, 'Run the pretend gateway alone, until interrupted')
            break
        }
        'rushes;generate' {
            [CompletionResult]::new('--gateway', '--gateway', [CompletionResultType]::ParameterName, 'Who makes the clip [default: the one chosen in the window; practice when it has no key]')
            [CompletionResult]::new('--image', '--image', [CompletionResultType]::ParameterName, 'First frame: a file, or a web address that begins with https://')
            [CompletionResult]::new('--end-image', '--end-image', [CompletionResultType]::ParameterName, 'Last frame, where the gateway takes one: a file, or a web address that begins with https://')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'The model that makes the clip')
            [CompletionResult]::new('--resolution', '--resolution', [CompletionResultType]::ParameterName, 'Shorter side of the picture')
            [CompletionResult]::new('--duration', '--duration', [CompletionResultType]::ParameterName, 'Length in seconds')
            [CompletionResult]::new('--aspect-ratio', '--aspect-ratio', [CompletionResultType]::ParameterName, 'Width to height')
            [CompletionResult]::new('--thinking', '--thinking', [CompletionResultType]::ParameterName, 'Whether the model thinks the prompt over')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seed, 0 to 2147483647; further clips of --count count up from it [default: random]')
            [CompletionResult]::new('--negative-prompt', '--negative-prompt', [CompletionResultType]::ParameterName, 'What the clip should not show')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Number of clips, 1 to 12')
            [CompletionResult]::new('--max-cost', '--max-cost', [CompletionResultType]::ParameterName, 'Send nothing when all clips together may cost more: dollars (2.50) or credits (90cr)')
            [CompletionResult]::new('--over-cap', '--over-cap', [CompletionResultType]::ParameterName, 'Send all clips although they pass a cap on spending; AMOUNT has to be their exact price: dollars (2.50) or credits (90cr)')
            [CompletionResult]::new('--picture-way', '--picture-way', [CompletionResultType]::ParameterName, 'How a picture of this computer reaches the gateway [default: as the settings say; in-order at first]')
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--audio', '--audio', [CompletionResultType]::ParameterName, 'With sound')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Come back as soon as the gateway has accepted the order')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rushes;batch' {
            [CompletionResult]::new('--gateway', '--gateway', [CompletionResultType]::ParameterName, 'Who makes the clip [default: the one chosen in the window; practice when it has no key]')
            [CompletionResult]::new('--image', '--image', [CompletionResultType]::ParameterName, 'First frame: a file, or a web address that begins with https://')
            [CompletionResult]::new('--end-image', '--end-image', [CompletionResultType]::ParameterName, 'Last frame, where the gateway takes one: a file, or a web address that begins with https://')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'The model that makes the clip')
            [CompletionResult]::new('--resolution', '--resolution', [CompletionResultType]::ParameterName, 'Shorter side of the picture')
            [CompletionResult]::new('--duration', '--duration', [CompletionResultType]::ParameterName, 'Length in seconds')
            [CompletionResult]::new('--aspect-ratio', '--aspect-ratio', [CompletionResultType]::ParameterName, 'Width to height')
            [CompletionResult]::new('--thinking', '--thinking', [CompletionResultType]::ParameterName, 'Whether the model thinks the prompt over')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seed, 0 to 2147483647; further clips of --count count up from it [default: random]')
            [CompletionResult]::new('--negative-prompt', '--negative-prompt', [CompletionResultType]::ParameterName, 'What the clip should not show')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Number of clips, 1 to 12')
            [CompletionResult]::new('--max-cost', '--max-cost', [CompletionResultType]::ParameterName, 'Send nothing when all clips together may cost more: dollars (2.50) or credits (90cr)')
            [CompletionResult]::new('--picture-way', '--picture-way', [CompletionResultType]::ParameterName, 'How a picture of this computer reaches the gateway [default: as the settings say; in-order at first]')
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show every job with its price, the sum, the caps and what is the same, and send nothing')
            [CompletionResult]::new('--audio', '--audio', [CompletionResultType]::ParameterName, 'With sound')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Come back as soon as the gateways have accepted all orders')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rushes;estimate' {
            [CompletionResult]::new('--gateway', '--gateway', [CompletionResultType]::ParameterName, 'Who makes the clip [default: the one chosen in the window; practice when it has no key]')
            [CompletionResult]::new('--image', '--image', [CompletionResultType]::ParameterName, 'First frame: a file, or a web address that begins with https://')
            [CompletionResult]::new('--end-image', '--end-image', [CompletionResultType]::ParameterName, 'Last frame, where the gateway takes one: a file, or a web address that begins with https://')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'The model that makes the clip')
            [CompletionResult]::new('--resolution', '--resolution', [CompletionResultType]::ParameterName, 'Shorter side of the picture')
            [CompletionResult]::new('--duration', '--duration', [CompletionResultType]::ParameterName, 'Length in seconds')
            [CompletionResult]::new('--aspect-ratio', '--aspect-ratio', [CompletionResultType]::ParameterName, 'Width to height')
            [CompletionResult]::new('--thinking', '--thinking', [CompletionResultType]::ParameterName, 'Whether the model thinks the prompt over')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seed, 0 to 2147483647; further clips of --count count up from it [default: random]')
            [CompletionResult]::new('--negative-prompt', '--negative-prompt', [CompletionResultType]::ParameterName, 'What the clip should not show')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Number of clips, 1 to 12')
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--audio', '--audio', [CompletionResultType]::ParameterName, 'With sound')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rushes;jobs' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rushes;ledger' {
            [CompletionResult]::new('--month', '--month', [CompletionResultType]::ParameterName, 'Only orders of this month, such as 2026-06')
            [CompletionResult]::new('--gateway', '--gateway', [CompletionResultType]::ParameterName, 'Only orders at this gateway')
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--csv', '--csv', [CompletionResultType]::ParameterName, 'Print the orders as CSV')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rushes;hand' {
            [CompletionResult]::new('--storyboard', '--storyboard', [CompletionResultType]::ParameterName, 'The storyboard of this project in place of clips; without a name the one of the whole library')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The folder in which the new one is made')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'What the new folder is called [default: the project, else the day, or “Storyboard”]')
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--join', '--join', [CompletionResultType]::ParameterName, 'Join all clips that agree into one film as well')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rushes;cap' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rushes;watch' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rushes;resolve' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Look whether the gateway can tell what became of it; sends no order. Works for jobs that are not at their end, too')
            [CompletionResult]::new('adopt', 'adopt', [CompletionResultType]::ParameterValue, 'Watch the job of this id, found on the gateway''s dashboard')
            [CompletionResult]::new('resend', 'resend', [CompletionResultType]::ParameterValue, 'Order the clip again; it may be charged twice')
            [CompletionResult]::new('discard', 'discard', [CompletionResultType]::ParameterValue, 'Put it aside')
            break
        }
        'rushes;resolve;check' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rushes;resolve;adopt' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rushes;resolve;resend' {
            [CompletionResult]::new('--over-cap', '--over-cap', [CompletionResultType]::ParameterName, 'Send it although it passes a cap on spending; AMOUNT has to be its exact price: dollars (0.64) or credits (90cr)')
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rushes;resolve;discard' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rushes;cancel' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rushes;pause' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rushes;resume' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rushes;rebuild' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rushes;key' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Read a key from standard input and keep it in the system''s password store')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Try the key without spending anything')
            [CompletionResult]::new('forget', 'forget', [CompletionResultType]::ParameterValue, 'Delete the key from the password store')
            break
        }
        'rushes;key;set' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rushes;key;test' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rushes;key;forget' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rushes;bucket' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Read the secret from standard input, test the bucket, and use it for pictures from now on')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Write a small object, read it by a signed address, delete it, and say what fails')
            [CompletionResult]::new('forget', 'forget', [CompletionResultType]::ParameterValue, 'Delete the keys from the password store and use no bucket any more')
            break
        }
        'rushes;bucket;set' {
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'The server, such as s3.eu-central-1.amazonaws.com, without the bucket''s name')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The region for signatures; auto or us-east-1 where the server has none')
            [CompletionResult]::new('--bucket', '--bucket', [CompletionResultType]::ParameterName, 'The name of the bucket')
            [CompletionResult]::new('--prefix', '--prefix', [CompletionResultType]::ParameterName, 'What the names of all objects begin with')
            [CompletionResult]::new('--access-key-id', '--access-key-id', [CompletionResultType]::ParameterName, 'The access key ID that belongs to the secret')
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--virtual-host', '--virtual-host', [CompletionResultType]::ParameterName, 'Put the bucket in front of the server''s name, as AWS wants it, and not into the path')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rushes;bucket;test' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rushes;bucket;forget' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rushes;doctor' {
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rushes;mcp' {
            [CompletionResult]::new('--cap', '--cap', [CompletionResultType]::ParameterName, 'The most that may be spent while the server runs: dollars (2.50) or credits (90cr)')
            [CompletionResult]::new('--gateway', '--gateway', [CompletionResultType]::ParameterName, 'Who makes clips of orders that name nobody [default: the one chosen in the window; practice when it has no key]')
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--allow-spend', '--allow-spend', [CompletionResultType]::ParameterName, 'Let the agent spend money, up to --cap')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'rushes;practice' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port to listen on; 0 takes any free one')
            [CompletionResult]::new('--faults', '--faults', [CompletionResultType]::ParameterName, 'JSON file that says what goes wrong and when')
            [CompletionResult]::new('--library', '--library', [CompletionResultType]::ParameterName, 'Keep everything (clips, database, settings) under this folder')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print JSON lines in place of sentences')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
