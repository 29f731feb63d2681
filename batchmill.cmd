@echo off
rem Starts the batchmill command; in a checkout, builds it first when it is missing. Not tried on Windows by its authors.
setlocal EnableDelayedExpansion
set "HOME_DIR=%~dp0"
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"

set "DIST=%HOME_DIR%"
if exist "%HOME_DIR%pom.xml" (
  set "DIST=%HOME_DIR%cli\target\dist\"
  if not exist "!DIST!built" (
    echo batchmill: building; the first time this fetches the libraries, later starts fetch and build nothing 1>&2
    pushd "%HOME_DIR%"
    call mvn -B -q -Dbatchmill.dist -Dmaven.test.skip=true -pl cli -am package 1>&2
    if errorlevel 1 (
      popd
      echo batchmill: the build failed, see above 1>&2
      exit /b 3
    )
    popd
    if exist "!DIST!engine-auto" del "!DIST!engine-auto"
    del /q "!DIST!classes-*.jsa" 2>nul
    if exist "!DIST!half-memory" del "!DIST!half-memory"
    echo. > "!DIST!built"
  )
)

rem One engine a JVM. It is named by an option, or by the file that options come from, or it is auto. An equals sign separates words here too.
set "ENGINE="
set "CONFIG="
set "RUN="
set "RESUME="
set "JARS="
set "PREVIOUS="
rem What looks at pictures with a finished network is native but for some glue, which the second compiler makes no faster. Topics are answered by Java.
set "COMPILERS=4"
if "%~1"=="detect" set "COMPILERS=1"
if "%~1"=="drive" set "COMPILERS=1"
for %%A in (%*) do (
  if "!PREVIOUS!"=="--engine" set "ENGINE=%%~A"
  if "!PREVIOUS!"=="--config" set "CONFIG=%%~A"
  if "!PREVIOUS!"=="--jars" set "JARS=%%~A"
  if "!PREVIOUS!"=="--run" set "RUN=%%~A"
  if "%%~A"=="--resume" set "RESUME=yes"
  if "%%~A"=="--data" set "COMPILERS=4"
  set "PREVIOUS=%%~A"
)
if not defined CONFIG if defined RESUME set "CONFIG=!RUN!\config.yaml"
if not defined ENGINE if defined CONFIG if exist "!CONFIG!" for /f "tokens=2 delims=: '" %%E in ('findstr /b "engine:" "!CONFIG!"') do set "ENGINE=%%~E"
if not defined ENGINE set "ENGINE=auto"

rem The jars of engines torch and nd4j are fetched where they are asked for; torch's build for GPUs is for Linux alone.
if "%ENGINE%"=="torch" (call :fetch torch 50 || exit /b 3)

rem Pictures and batches lie outside the heap: half of the memory, in MiB, asked for once.
if not exist "!DIST!half-memory" powershell -NoProfile -Command "[long]((Get-CimInstance Win32_ComputerSystem).TotalPhysicalMemory / 2MB)" >"!DIST!half-memory" 2>nul
set "HALF="
if exist "!DIST!half-memory" set /p HALF=<"!DIST!half-memory"

rem File names are in Unicode here whatever the code page; so are texts, and what is written to a file or a pipe.
set "OPTIONS=-Dfile.encoding=UTF-8 -Xshare:auto -XX:TieredStopAtLevel=%COMPILERS% -XX:+UseParallelGC -Djava.awt.headless=true"
if defined HALF set "OPTIONS=%OPTIONS% -XX:MaxDirectMemorySize=%HALF%m"
set "OPTIONS=%OPTIONS% -Dorg.bytedeco.javacpp.platform.extension=-onednn-avx2"
set "OPTIONS=%OPTIONS% -Dorg.bytedeco.javacpp.maxbytes=0 -Dorg.bytedeco.javacpp.maxphysicalbytes=0"
set "OPTIONS=%OPTIONS% -Dio.netty.tryReflectionSetAccessible=true -Dio.netty.jfr.enabled=false"
set "OPTIONS=%OPTIONS% --add-opens=java.base/java.nio=ALL-UNNAMED --add-opens=java.base/java.util=ALL-UNNAMED --add-opens=java.base/java.lang=ALL-UNNAMED"

rem Newer JVMs warn of natives and of memory outside the heap unless they are told that both are meant.
set "VERSION="
if defined JAVA_HOME for /f "tokens=2 delims=.=" %%V in ('findstr /b "JAVA_VERSION=" "%JAVA_HOME%\release" 2^>nul') do set VERSION=%%V
if defined VERSION set VERSION=!VERSION:"=!
if defined VERSION if !VERSION! GEQ 22 set "OPTIONS=!OPTIONS! --enable-native-access=ALL-UNNAMED"
if defined VERSION if !VERSION! GEQ 23 set "OPTIONS=!OPTIONS! --sun-misc-unsafe-memory-access=allow"

rem auto is onednn where its natives load, which a JVM of its own finds out. The answer is kept until the next build.
if "%ENGINE%"=="auto" if not exist "%DIST%engine-auto" call :probe
if "%ENGINE%"=="auto" set /p ENGINE=<"%DIST%engine-auto"
if "%ENGINE%"=="nd4j" (call :fetch nd4j 140 || exit /b 3)

set "CLASSPATH_DIRS=%DIST%lib\*"
rem The jars of pack's other runner, where a build with -Pflink has put them.
if exist "%DIST%lib\runner-flink" set "CLASSPATH_DIRS=%CLASSPATH_DIRS%;%DIST%lib\runner-flink\*"
rem The jars over which ranks of a gang exchange, where a build with -Pcollective has put them.
if exist "%DIST%lib\collective" set "CLASSPATH_DIRS=%CLASSPATH_DIRS%;%DIST%lib\collective\*"
if exist "%DIST%lib\engine-%ENGINE%" set "CLASSPATH_DIRS=%CLASSPATH_DIRS%;%DIST%lib\engine-%ENGINE%\*"
rem The provider of paths in S3, where a build with -Ps3 has put it, and those of other places.
if exist "%DIST%lib\store-s3" set "CLASSPATH_DIRS=%CLASSPATH_DIRS%;%DIST%lib\store-s3\*"
if exist "%DIST%lib\store-s3" set "OPTIONS=!OPTIONS! -Ds3.spi.read.max-fragment-size=262144 -Ds3.spi.read.max-fragment-number=2"
if defined JARS set "CLASSPATH_DIRS=%CLASSPATH_DIRS%;%JARS:,=;%"
rem Those of Kafka's broker, where a build with -Pbroker has put them.
if exist "%DIST%lib\broker" set "OPTIONS=!OPTIONS! "-Dbatchmill.broker=%DIST%lib\broker\*""
rem Those of Spark, which starts ranks of a gang, where a build with -Pspark has put them.
if exist "%DIST%lib\spark" set "OPTIONS=!OPTIONS! "-Dbatchmill.spark=%DIST%lib\spark\*""
set "OPENCV_LOG_LEVEL=SILENT"
rem OpenCV is linked with OpenBLAS and multiplies nothing: its threads would turn for a while, waiting for work.
if "%ENGINE%"=="onednn" if not defined OPENBLAS_NUM_THREADS set "OPENBLAS_NUM_THREADS=1"
rem Classes that later starts map: an archive that this JVM cannot take it ignores.
set "ARCHIVE=%DIST%classes-%ENGINE%.jsa"
if not exist "%ARCHIVE%" "%JAVA%" %OPTIONS% "-XX:ArchiveClassesAtExit=%ARCHIVE%" -cp "%CLASSPATH_DIRS%" org.batchmill.cli.Rehearsal >nul 2>&1
if exist "%ARCHIVE%" set "OPTIONS=!OPTIONS! "-XX:SharedArchiveFile=%ARCHIVE%" -Xlog:cds=off -Xlog:cds+dynamic=off"
rem An exclamation mark in an argument stays one.
setlocal DisableDelayedExpansion
"%JAVA%" %OPTIONS% "-Dorg.xerial.snappy.tempdir=%DIST%." %BATCHMILL_JAVA_OPTS% -cp "%CLASSPATH_DIRS%" org.batchmill.cli.Batchmill %*
exit /b %ERRORLEVEL%

:probe
set "FOUND=onednn"
"%JAVA%" %OPTIONS% %BATCHMILL_JAVA_OPTS% -cp "%DIST%lib\*;%DIST%lib\engine-onednn\*" org.batchmill.cli.EngineProbe onednn >nul 2>&1
if errorlevel 1 set "FOUND=nd4j"
>"%DIST%engine-auto" echo %FOUND%
exit /b 0

:fetch
if not exist "%HOME_DIR%pom.xml" exit /b 0
if exist "!DIST!lib\engine-%1" exit /b 0
echo batchmill: engine %1 fetches %2 MB more, once 1>&2
pushd "%HOME_DIR%"
call mvn -B -q -Dbatchmill.dist -Dmaven.test.skip=true -P%1 -pl cli -am package 1>&2
if errorlevel 1 (
  popd
  echo batchmill: the build failed, see above 1>&2
  exit /b 3
)
popd
exit /b 0
