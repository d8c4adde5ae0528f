//! The words that drafts know something about.

pub(super) const DETERMINERS: &str = "\
    a an the all any both each every no some this these that its their self what whether how where \
    it them";

/// Units that names end with.
pub(super) const UNITS: &str = "\
    grams kilograms meters kilometers seconds minutes hours milliseconds microseconds percent \
    pixels celsius fahrenheit kelvin radians degrees dollars cents euros";

/// Singular, though they end in an s that is no «ss», «us» or «is».
pub(super) const SINGULAR_IN_S: &str = "\
    alias always atlas bias canvas chaos css gas has https kubernetes lens news pandas pass \
    perhaps series species sms tls was does postgres redis jenkins cos sinus pyramids aws dns gps \
    ops axis towards ours yes vs";

pub(super) const MASS: &str = "\
    access advice authentication authorization code content data debugging documentation feedback \
    help history HTML info information input JSON logging markup math memory metadata money music \
    output padding progress software SQL stock storage stuff style SVG text time TOML traffic \
    usage whitespace work XML YAML CSV spacing None everything bytes color indentation CSS UTC";

pub(super) const IRREGULAR: &str = "\
    axis=axes, analysis=analyses, child=children, criterion=criteria, foot=feet, half=halves, \
    index=indexes, index=indices, leaf=leaves, man=men, matrix=matrices, medium=media, \
    person=people, vertex=vertices, basis=bases, hypothesis=hypotheses, status=statuses, \
    bus=buses, series=series, key=keys, kwargs=kwargs";

pub(super) const ADJECTIVES: &str = "\
    abstract accurate active alive anonymous async asynchronous atomic available bad binary blank \
    bold busy case clean complete complex concrete constant correct current dark dead deep \
    different dim direct dirty done dry due dynamic eager empty equal even exact exclusive \
    explicit external fast final finite first flat free fresh full generic global greedy healthy \
    hidden idle immutable implicit incomplete inactive infinite inline interactive internal \
    invalid italic last late lazy legacy linear literal live local long loose magic manual mutable \
    native negative new next numeric odd official offline ok old online open optional original \
    partial permanent persistent plain positive precise present primary private public pure quick \
    quiet random raw ready real recent recursive redundant remote safe same secure short silent \
    similar simple single slow smart soft sparse special stable stale standard static strict \
    strong subtle synchronous sync temporary tight transient transparent true false unique unknown \
    unsafe unused upper lower useful valid verbose virtual visible weak wide wrong zero ascii \
    digital relative absolute symmetric square integral callable hashable iterable truthy falsy \
    nullable installed exhausted reentrant missing pending right left bare deferred many few major \
    minor alphanumeric alphabetic prime commutative rational irrational imaginary nonzero diagonal";

pub(super) const ACRONYMS: &str = "\
    aes=AES, ansi=ANSI, api=API, apis=APIs, ascii=ASCII, asgi=ASGI, auth=authentication, ast=AST, \
    aws=AWS, cdn=CDN, cli=CLI, cors=CORS, cpu=CPU, cpus=CPUs, crc=CRC, csrf=CSRF, css=CSS, \
    csv=CSV, dns=DNS, dom=DOM, eof=EOF, ftp=FTP, gcp=GCP, gif=GIF, gmt=GMT, gps=GPS, gpu=GPU, \
    gpus=GPUs, gui=GUI, hmac=HMAC, hsl=HSL, hsv=HSV, html=HTML, http=HTTP, https=HTTPS, \
    iban=IBAN, id=ID, ids=IDs, imap=IMAP, ip=IP, ips=IPs, isbn=ISBN, iso=ISO, jpeg=JPEG, \
    jpg=JPEG, json=JSON, jwt=JWT, ldap=LDAP, lru=LRU, md5=MD5, mime=MIME, oauth=OAuth, orm=ORM, \
    pdf=PDF, pid=PID, pids=PIDs, png=PNG, ram=RAM, repl=REPL, rgb=RGB, rgba=RGBA, rpc=RPC, \
    rsa=RSA, rst=RST, sdk=SDK, sgml=SGML, sha=SHA, sha1=SHA-1, sha256=SHA-256, sku=SKU, \
    skus=SKUs, smtp=SMTP, sql=SQL, ssh=SSH, ssl=SSL, svg=SVG, tcp=TCP, tls=TLS, toml=TOML, \
    tsv=TSV, ttl=TTL, tty=TTY, udp=UDP, uid=UID, unicode=Unicode, uri=URI, uris=URIs, url=URL, \
    urls=URLs, utc=UTC, utf8=UTF-8, uuid=UUID, uuids=UUIDs, vat=VAT, vm=VM, wsgi=WSGI, www=WWW, \
    xhtml=XHTML, xls=XLS, xlsx=XLSX, xml=XML, xss=XSS, yaml=YAML, yml=YAML, ui=UI, \
    os=operating system, io=I/O, db=database, dbs=databases, jinja=Jinja, python=Python, \
    django=Django, latex=LaTeX, markdown=Markdown, unix=Unix, posix=POSIX, windows=Windows, \
    linux=Linux, gzip=gzip";

pub(super) const ABBREVIATIONS: &str = "\
    addr=address, addrs=addresses, app=application, apps=applications, amt=amount, arg=argument, \
    args=arguments, arr=array, attr=attribute, attrs=attributes, avg=average, bg=background, \
    buf=buffer, cb=callback, cfg=configuration, char=character, chars=characters, cls=class, \
    cmd=command, cmds=commands, coeff=coefficient, coeffs=coefficients, col=column, cols=columns, \
    concat=concatenation, conf=configuration, config=configuration, configs=configurations, \
    conn=connection, coord=coordinate, coords=coordinates, ctx=context, cur=current, \
    curr=current, cwd=working directory, decl=declaration, deg=degree, del=delete, \
    dep=dependency, deps=dependencies, desc=description, dest=destination, dev=development, \
    dict=dictionary, dicts=dictionaries, diff=difference, dim=dimension, dims=dimensions, \
    dir=directory, dirs=directories, dirname=directory name, dist=distance, div=division, \
    doc=document, docs=documents, dst=destination, dt=date and time, elem=element, \
    elems=elements, env=environment, eq=equation, eqs=equations, err=error, errs=errors, \
    evt=event, exc=exception, excs=exceptions, expr=expression, exprs=expressions, ext=extension, \
    exts=extensions, fg=foreground, filename=file name, filenames=file names, filepath=file path, \
    filepaths=file paths, fk=foreign key, fks=foreign keys, fmt=format, fn=function, \
    fname=file name, freq=frequency, func=function, funcs=functions, hdr=header, idx=index, \
    img=image, imgs=images, impl=implementation, info=information, init=initialize, int=integer, \
    ints=integers, kwarg=keyword argument, kwargs=keyword arguments, lang=language, \
    langs=languages, lhs=left-hand side, len=length, lib=library, libs=libraries, lst=list, \
    max=maximum, mgr=manager, min=minimum, mod=module, mods=modules, msg=message, msgs=messages, \
    mtime=modification time, mul=product, num=number, nums=numbers, obj=object, objs=objects, \
    oper=operator, op=operation, ops=operations, opt=option, opts=options, orig=original, \
    param=parameter, params=parameters, pct=percentage, perm=permission, perms=permissions, \
    pk=primary key, pkg=package, pkgs=packages, poly=polynomial, polys=polynomials, pos=position, \
    pred=predicate, pref=preference, prefs=preferences, prev=previous, proc=process, \
    prog=program, prop=property, props=properties, ptr=pointer, pwd=password, qs=query set, \
    qty=quantity, queryset=query set, recv=receive, ref=reference, refs=references, \
    regex=regular expression, regexp=regular expression, rel=relation, repo=repository, \
    repos=repositories, repr=representation, req=request, res=result, resp=response, ret=result, \
    rhs=right-hand side, sec=second, secs=seconds, sep=separator, seq=sequence, seqs=sequences, \
    sig=signature, spec=specification, specs=specifications, sqrt=square root, src=source, \
    stmt=statement, stmts=statements, str=string, strs=strings, subdir=subdirectory, \
    subdirs=subdirectories, sym=symbol, syms=symbols, tb=traceback, temp=temporary, \
    tmp=temporary, tz=time zone, val=value, vals=values, var=variable, vars=variables, \
    vec=vector, ver=version, wildcard=wildcard, datetime=date and time, tzinfo=time zone, \
    bool=Boolean, coro=coroutine, async=asynchronous, dtype=data type, dtypes=data types, \
    stdin=standard input, stdout=standard output, stderr=standard error, hostname=host name, \
    basename=base name, dataframe=data frame, df=data frame, usr=user, passwd=password";
