; The setup program for Windows 7 to 11, for one user, without an administrator's rights. /S installs without a window.
;
;   makensis -INPUTCHARSET UTF8 -DVERSION=0.1.0 -DFOLDER=… -DICON=… -DOUT=… setup.nsi
Unicode true
Target amd64-unicode
SetCompressor /SOLID lzma
!include MUI2.nsh

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\huizong"
!define FOLDER_MENU "Software\Classes\Directory\shell\huizong"

Name "汇总 huizong ${VERSION}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\huizong"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
RequestExecutionLevel user
ManifestSupportedOS all
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=2052 "ProductName" "汇总 huizong"
VIAddVersionKey /LANG=2052 "FileDescription" "汇总 huizong 安装程序"
VIAddVersionKey /LANG=2052 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=2052 "LegalCopyright" "Apache-2.0"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_SHOWREADME "$INSTDIR\使用说明.html"
!define MUI_FINISHPAGE_SHOWREADME_TEXT "看使用说明"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SimpChinese"

Section
  SetOutPath "$INSTDIR"
  ClearErrors
  File /r "${FOLDER}\*"
  IfErrors 0 written
    MessageBox MB_OK|MB_ICONSTOP "程序正在运行，请先关闭再安装。" /SD IDOK
    Abort
  written:
  WriteUninstaller "$INSTDIR\卸载.exe"

  CreateDirectory "$SMPROGRAMS\汇总年报"
  CreateShortCut "$SMPROGRAMS\汇总年报\汇总年报.lnk" "$INSTDIR\huizong.exe"
  CreateShortCut "$SMPROGRAMS\汇总年报\使用说明.lnk" "$INSTDIR\使用说明.html"
  CreateShortCut "$DESKTOP\汇总年报（把文件夹拖到这里）.lnk" "$INSTDIR\huizong.exe"
  CreateShortCut "$SENDTO\汇总年报.lnk" "$INSTDIR\huizong.exe"

  WriteRegStr HKCU "${FOLDER_MENU}" "" "汇总里面的年报"
  WriteRegStr HKCU "${FOLDER_MENU}" "Icon" "$INSTDIR\huizong.exe"
  WriteRegStr HKCU "${FOLDER_MENU}\command" "" '"$INSTDIR\huizong.exe" "%1"'

  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "汇总 huizong"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\huizong.exe"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\卸载.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\卸载.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

; What the office put into the folder stays: only what was installed goes.
Section "Uninstall"
  Delete "$SMPROGRAMS\汇总年报\汇总年报.lnk"
  Delete "$SMPROGRAMS\汇总年报\使用说明.lnk"
  RMDir "$SMPROGRAMS\汇总年报"
  Delete "$DESKTOP\汇总年报（把文件夹拖到这里）.lnk"
  Delete "$SENDTO\汇总年报.lnk"
  DeleteRegKey HKCU "${FOLDER_MENU}"
  DeleteRegKey HKCU "${UNINSTALL}"
  !include "${FOLDER}.nsh"
  Delete "$INSTDIR\卸载.exe"
  RMDir "$INSTDIR"
SectionEnd
